SELECT comparison_id
FROM comparison
WHERE comparison_id IN (SELECT value FROM json_each($ids))
