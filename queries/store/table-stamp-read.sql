SELECT stamp
FROM table_stamp
WHERE job = $job AND "table" = $table
