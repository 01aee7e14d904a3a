SELECT id
FROM telling
WHERE id IN (SELECT value FROM json_each($ids))
