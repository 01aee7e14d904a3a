SELECT id, job, partition_key, origin, told, told_at_ms
FROM telling
ORDER BY told_at_ms, id
