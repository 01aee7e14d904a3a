INSERT INTO own_segment (id, logged_at_ms, state, held)
VALUES ($id, $logged_at_ms, 'claimed', $held)
