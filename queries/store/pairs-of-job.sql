SELECT job, pairing, partition_key, state, deadline_ms, production_landing_id, shadow_landing_id
FROM pair
WHERE job = $job
ORDER BY partition_start_ms DESC, partition_key DESC, pairing
LIMIT $limit
