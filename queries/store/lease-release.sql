UPDATE lease
SET holder = NULL, expires_at_ms = 0
WHERE name = $name AND token = $token AND holder = $holder
