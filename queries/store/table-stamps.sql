SELECT job, "table", partition_count AS partitions
FROM table_stamp
ORDER BY job, "table"
