UPDATE issue
SET state = 'resolved', gone_since_ms = $gone_since_ms
WHERE id = $id
