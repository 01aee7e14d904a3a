SELECT id, job, partition_key, origin, told, told_at_ms
FROM telling
WHERE state = 'landed' AND job = $job AND partition_key = $partition_key
ORDER BY told_at_ms, id
