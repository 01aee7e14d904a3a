SELECT id, hour, state, committed_at_ms, failed_tries, trouble
FROM slot
WHERE state = 'claimed'
ORDER BY hour, number_in_hour
