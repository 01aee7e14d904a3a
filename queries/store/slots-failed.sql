SELECT id, hour, state, committed_at_ms, failed_tries, trouble
FROM slot
WHERE state = 'failed'
ORDER BY hour, number_in_hour
