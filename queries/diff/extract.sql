-- The rows of one side that lie in a bucket in which the two sides differ; all others are equal and are never looked at again.
CREATE TEMP TABLE {{target}} AS
WITH side AS ({{side}})
SELECT * EXCLUDE (bucket)
FROM (
  SELECT CAST("file" AS INTEGER) AS "file", CAST("row" AS BIGINT) AS "row", {{values}}, hash({{columns}}) AS h, hash({{key}}) & 4095 AS bucket
  FROM side
)
WHERE bucket IN (
  SELECT bucket
  FROM production_bucket AS p FULL JOIN shadow_bucket AS s USING (bucket)
  WHERE p.row_count IS DISTINCT FROM s.row_count OR p.low_sum IS DISTINCT FROM s.low_sum OR p.high_sum IS DISTINCT FROM s.high_sum
)
