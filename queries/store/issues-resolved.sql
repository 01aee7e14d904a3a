SELECT id, state
FROM issue
WHERE state = 'resolved' AND id IN (SELECT value FROM json_each($ids))
