INSERT INTO file_fingerprint
  (job, "table", partition_key, file, form, identity, row_count, low_sum, high_sum, strong, is_told)
VALUES
  ($job, $table, $partition_key, $file, $form, $identity, $row_count, $low_sum, $high_sum, $strong, $is_told)
ON CONFLICT (job, "table", partition_key, file, form) DO UPDATE
SET
  identity = excluded.identity,
  row_count = excluded.row_count,
  low_sum = excluded.low_sum,
  high_sum = excluded.high_sum,
  strong = excluded.strong,
  is_told = excluded.is_told
