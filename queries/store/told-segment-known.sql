SELECT id
FROM told_segment
WHERE id = $id
