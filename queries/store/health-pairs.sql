SELECT state AS counted, sum(pairs) AS count
FROM pair_tally
GROUP BY state
