UPDATE slot
SET state = 'committed', committed_at_ms = $now_ms, is_empty = $is_empty
WHERE id = $id AND state = 'claimed'
