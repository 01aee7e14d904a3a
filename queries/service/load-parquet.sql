-- A log's segments as one table; segments of other writers may lack columns.
CREATE TABLE {{table}} AS
SELECT * FROM read_parquet($files, union_by_name => true, hive_partitioning => false)
