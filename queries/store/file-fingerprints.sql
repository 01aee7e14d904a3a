SELECT file, identity, form, row_count, low_sum, high_sum, strong, is_told
FROM file_fingerprint
WHERE job = $job AND "table" = $table AND partition_key = $partition_key
ORDER BY file, form
