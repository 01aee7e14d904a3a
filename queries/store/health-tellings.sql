SELECT state AS counted, count(*) AS count
FROM telling
WHERE state <> 'landed'
GROUP BY state
