UPDATE landing
SET superseded_by = (
  SELECT later.id
  FROM landing AS later
  WHERE later.job = landing.job
    AND later."table" = landing."table"
    AND later.partition_key = landing.partition_key
    AND later.sequence > landing.sequence
  ORDER BY later.sequence
  LIMIT 1
)
WHERE job = $job AND "table" = $table AND partition_key IN (SELECT value FROM json_each($partition_keys))
