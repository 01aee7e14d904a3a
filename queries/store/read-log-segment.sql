-- A segment of anybody's log: the columns that we know and that are there, rows in the order of the file.
SELECT {{columns}}
FROM read_parquet($path, hive_partitioning = false)
