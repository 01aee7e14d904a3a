SELECT id, hour, state, committed_at_ms
FROM slot
ORDER BY hour DESC, number_in_hour DESC
LIMIT $limit
