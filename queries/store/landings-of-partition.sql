SELECT {{columns}}
FROM landing
WHERE job = $job AND "table" = $table AND partition_key = $partition_key
ORDER BY sequence
