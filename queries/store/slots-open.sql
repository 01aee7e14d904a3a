SELECT id, hour, state, committed_at_ms
FROM slot
WHERE state = 'claimed'
ORDER BY hour, number_in_hour
