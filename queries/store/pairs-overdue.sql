SELECT job, pairing, partition_key, state, deadline_ms, production_landing_id, shadow_landing_id
FROM pair
WHERE state = 'pending' AND job IN (SELECT value FROM json_each($jobs)) AND deadline_ms < $before_ms
ORDER BY deadline_ms, job, pairing, partition_key
LIMIT $limit
