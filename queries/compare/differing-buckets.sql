-- The buckets in which the two sides differ, with the rows of both in them and what differs of their blocks of columns.
CREATE OR REPLACE TEMP TABLE differing_bucket AS
SELECT bucket, coalesce(p.row_count, 0) AS production_rows, coalesce(s.row_count, 0) AS shadow_rows{{blocks}}
FROM production_bucket AS p FULL JOIN shadow_bucket AS s USING (bucket)
WHERE p.row_count IS DISTINCT FROM s.row_count OR p.low_sum IS DISTINCT FROM s.low_sum OR p.high_sum IS DISTINCT FROM s.high_sum
