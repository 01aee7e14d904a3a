-- One statement, so that of two takers one gets the row. The token grows over releases too.
INSERT INTO lease (name, holder, token, expires_at_ms)
VALUES ($name, $holder, 1, $expires_at_ms)
ON CONFLICT (name) DO UPDATE
SET holder = excluded.holder, token = lease.token + 1, expires_at_ms = excluded.expires_at_ms
WHERE lease.holder IS NULL OR lease.expires_at_ms <= $now_ms
RETURNING name, holder, token, expires_at_ms
