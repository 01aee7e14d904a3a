-- For its names and types only; never run.
SELECT * FROM read_parquet($files, hive_partitioning = false, union_by_name = $by_name)
