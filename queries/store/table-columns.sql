SELECT name, type, pk AS key_position
FROM pragma_table_info($table)
ORDER BY cid
