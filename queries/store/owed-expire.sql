DELETE FROM owed
WHERE slot_id IS NULL AND tried_token = $token AND since_ms < $before_ms
