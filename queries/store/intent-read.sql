SELECT path, logged_at_ms
FROM intent
WHERE kind = $kind AND id = $id
