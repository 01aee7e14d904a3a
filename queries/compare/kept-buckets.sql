-- The buckets whose rows are read again: those that differ, and some that do not, for a sample of what agrees. In as many
-- parts as memory asks for.
CREATE OR REPLACE TEMP TABLE kept_bucket AS
SELECT bucket, CAST(row_number() OVER (ORDER BY bucket) % {{parts}} AS INTEGER) AS part
FROM (
  SELECT bucket FROM differing_bucket
  UNION ALL
  (SELECT bucket FROM production_bucket ANTI JOIN differing_bucket USING (bucket) ORDER BY bucket LIMIT {{agreeing}})
)
