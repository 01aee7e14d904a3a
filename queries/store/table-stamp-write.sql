INSERT INTO table_stamp (job, "table", stamp, partition_count)
VALUES ($job, $table, $stamp, $partition_count)
ON CONFLICT (job, "table") DO UPDATE
SET stamp = excluded.stamp, partition_count = excluded.partition_count
