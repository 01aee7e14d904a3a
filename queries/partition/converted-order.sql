-- How many rows were written, and how many of them stand elsewhere than in the text.
SELECT count(*), count(*) FILTER (r IS DISTINCT FROM file_row_number)
FROM read_parquet($files, hive_partitioning = false)
