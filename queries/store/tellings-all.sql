SELECT id, job, partition_key, origin, told, told_at_ms, state, reason
FROM telling
ORDER BY told_at_ms, id
