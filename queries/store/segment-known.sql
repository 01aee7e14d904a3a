SELECT id
FROM log_segment
WHERE id = $id
