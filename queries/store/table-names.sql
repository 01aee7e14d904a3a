SELECT name, wr AS is_without_rowid
FROM pragma_table_list
WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite%'
ORDER BY name
