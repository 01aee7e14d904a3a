-- How many rows each side has in buckets, and about how many pairs rows of one key or hash make: those that share a bucket,
-- less those that share it by chance.
WITH counts AS (
  SELECT coalesce(sum(p.row_count), 0) AS production, coalesce(sum(s.row_count), 0) AS shadow, coalesce(sum(CAST(p.row_count AS HUGEINT) * s.row_count), 0) AS together
  FROM production_bucket AS p FULL JOIN shadow_bucket AS s USING (bucket)
)
SELECT production, shadow, CAST(together AS DOUBLE) - CAST(production AS DOUBLE) * CAST(shadow AS DOUBLE) / {{buckets}} FROM counts
