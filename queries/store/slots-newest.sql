SELECT id, hour, state, committed_at_ms, failed_tries, trouble
FROM slot
ORDER BY hour DESC, number_in_hour DESC
LIMIT $limit
