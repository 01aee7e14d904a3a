SELECT id, job, partition_key, origin, told, told_at_ms
FROM telling
WHERE state IN ('told', 'waiting') AND job NOT IN (SELECT value FROM json_each($jobs))
ORDER BY told_at_ms, id
LIMIT $limit
