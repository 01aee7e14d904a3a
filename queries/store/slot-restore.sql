INSERT INTO slot (id, hour, state, number_in_hour, claimed_token, committed_at_ms, is_empty)
VALUES ($id, $hour, 'committed', $number_in_hour, 0, $committed_at_ms, $is_empty)
ON CONFLICT DO NOTHING
