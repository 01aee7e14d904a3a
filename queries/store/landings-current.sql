SELECT {{columns}}
FROM landing
WHERE job = $job
  AND "table" = $table
  AND partition_key IN (SELECT value FROM json_each($partition_keys))
  AND superseded_by IS NULL
