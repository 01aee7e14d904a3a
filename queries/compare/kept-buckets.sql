-- The buckets whose rows are read again: those that differ, and of those that do not as many as hold so many rows, for a
-- sample of what agrees; one that holds more by itself is no sample. In as many parts as memory asks for.
CREATE OR REPLACE TEMP TABLE kept_bucket AS
SELECT bucket, CAST(row_number() OVER (ORDER BY bucket) % {{parts}} AS INTEGER) AS part
FROM (
  SELECT bucket FROM differing_bucket
  UNION ALL
  SELECT bucket
  FROM (
    SELECT bucket, row_count, sum(row_count) OVER (ORDER BY bucket ROWS UNBOUNDED PRECEDING) AS up_to_here
    FROM production_bucket ANTI JOIN differing_bucket USING (bucket)
    WHERE row_count <= {{agreeing_rows}}
  )
  WHERE up_to_here - row_count < {{agreeing_rows}}
)
