UPDATE lease
SET expires_at_ms = $expires_at_ms
WHERE name = $name AND token = $token AND holder = $holder
RETURNING name, holder, token, expires_at_ms
