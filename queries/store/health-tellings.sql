SELECT state AS counted, count(*) AS count
FROM telling
WHERE state NOT IN ('landed', 'overtaken')
GROUP BY state
