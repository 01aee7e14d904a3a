SELECT state AS counted, count(*) AS count
FROM slot
GROUP BY state
