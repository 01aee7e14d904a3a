SELECT {{columns}}
FROM comparison
WHERE comparison_id IN (SELECT value FROM json_each($ids))
ORDER BY comparison_id
