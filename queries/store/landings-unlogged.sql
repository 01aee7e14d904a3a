SELECT id, position
FROM landing
WHERE segment_id IS NULL
ORDER BY position
LIMIT $limit
