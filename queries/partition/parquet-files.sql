-- Stands after FROM. Folder levels are parsed by ourselves: a folder x=5 would hide a column x.
read_parquet($files, hive_partitioning = false, union_by_name = $by_name)
