UPDATE table_stamp
SET stamp = $after
WHERE job = $job AND "table" = $table AND stamp = $before
