SELECT CAST(sum(num_rows) AS BIGINT)
FROM parquet_file_metadata($files)
