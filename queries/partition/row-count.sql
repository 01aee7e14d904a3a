-- Rows of Parquet files, as their footers say.
SELECT coalesce(sum(num_rows), 0) FROM parquet_file_metadata($files)
