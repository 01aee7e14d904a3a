SELECT job, pairing, partition_key, state, deadline_ms, production_landing_id, shadow_landing_id
FROM pair
WHERE state = 'owed' AND job IN (SELECT value FROM json_each($jobs))
ORDER BY partition_start_ms DESC, partition_key DESC, job, pairing
LIMIT $limit
