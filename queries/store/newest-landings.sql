SELECT job, partition_key, "table", landed_at_ms
FROM newest_landing
ORDER BY job
