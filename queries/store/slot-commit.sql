UPDATE slot
SET state = 'committed', committed_at_ms = $now_ms
WHERE id = $id AND state = 'claimed'
