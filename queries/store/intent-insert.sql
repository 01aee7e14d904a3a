INSERT INTO intent (kind, id, path, logged_at_ms)
VALUES ($kind, $id, $path, $now_ms)
ON CONFLICT (kind, id) DO NOTHING
