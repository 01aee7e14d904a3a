-- Newest by the order in which they were recorded: a clock may jump.
SELECT {{columns}}
FROM comparison
WHERE job = $job AND pairing = $pairing AND partition_key = $partition_key
ORDER BY position DESC
LIMIT $limit
