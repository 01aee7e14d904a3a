-- The nodes of each file's schema, depth first, the root first; with the engine's type of those that hold values.
SELECT file_name, name, num_children, repetition_type, duckdb_type
FROM parquet_schema($files)
ORDER BY file_name, column_id
