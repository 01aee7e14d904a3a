-- The columns are called by position, c0, c1, …: only then do the virtual columns file_index and file_row_number show
-- in a file that has columns of these names, and no two names collide.
SELECT {{columns}}
FROM read_parquet($files, hive_partitioning = false, union_by_name = $by_name) AS files({{positions}})
