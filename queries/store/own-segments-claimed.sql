SELECT id, logged_at_ms, held
FROM own_segment
WHERE state = 'claimed'
ORDER BY logged_at_ms, id
