-- A log's segments; those of earlier versions may lack columns.
INSERT INTO {{table}} BY NAME
SELECT {{columns}}
FROM read_parquet($files, union_by_name => true, hive_partitioning => false)
