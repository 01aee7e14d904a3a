INSERT INTO told_segment (id, path)
VALUES ($id, $path)
ON CONFLICT (id) DO NOTHING
