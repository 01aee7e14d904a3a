SELECT comparison_id AS id, position
FROM comparison
WHERE segment_id IS NULL
ORDER BY position
LIMIT $limit
