-- Segments of one of our logs as one file. Files of earlier versions may lack columns. Measured on days of 60,000 signals,
-- everything of one job: groups of 20,000 rows take two thirds of the time of one group a day; snappy takes three quarters
-- of zstd's time, for twice the size; lz4 would take two thirds of snappy's, but not every reader knows it.
COPY (
  SELECT *
  FROM read_parquet($files, union_by_name => true, hive_partitioning => false)
  {{order}}
) TO $path (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 20480)
