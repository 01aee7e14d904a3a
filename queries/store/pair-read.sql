SELECT job, pairing, partition_key, state, deadline_ms, production_landing_id, shadow_landing_id
FROM pair
WHERE job = $job AND pairing = $pairing AND partition_key = $partition_key
