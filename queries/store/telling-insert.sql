INSERT INTO telling (id, job, partition_key, origin, told, told_at_ms, state, reason)
VALUES ($id, $job, $partition_key, $origin, $told, $told_at_ms, $state, $reason)
ON CONFLICT (id) DO NOTHING
