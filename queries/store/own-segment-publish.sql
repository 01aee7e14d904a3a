UPDATE own_segment
SET state = 'published', held = NULL
WHERE id = $id
