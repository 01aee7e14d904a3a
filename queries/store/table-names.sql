SELECT name
FROM sqlite_schema
WHERE type = 'table' AND name NOT LIKE 'sqlite%'
ORDER BY name
