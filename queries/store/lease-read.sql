SELECT name, holder, token, expires_at_ms
FROM lease
WHERE name = $name AND holder IS NOT NULL
