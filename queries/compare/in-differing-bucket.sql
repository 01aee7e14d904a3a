-- Whether a row lies in a bucket in which the two sides differ; rows in all other buckets are equal.
bucket IN (
  SELECT bucket
  FROM production_bucket AS p FULL JOIN shadow_bucket AS s USING (bucket)
  WHERE p.row_count IS DISTINCT FROM s.row_count OR p.low_sum IS DISTINCT FROM s.low_sum OR p.high_sum IS DISTINCT FROM s.high_sum
)
