INSERT INTO own_segment (id, logged_at_ms, state, held)
VALUES ($id, $logged_at_ms, 'published', NULL)
ON CONFLICT (id) DO UPDATE
SET state = 'published', held = NULL
