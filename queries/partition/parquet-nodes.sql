-- The nodes of one file's schema, depth first, the root first.
SELECT name, num_children
FROM parquet_schema($files)
ORDER BY column_id
