-- The buckets of which the sums differ by more than the hashes found so far.
CREATE OR REPLACE TEMP TABLE unexplained_bucket AS
WITH found AS (
  SELECT {{bucket}} AS bucket, sum(sign) AS row_count, sum(sign * CAST(h & 2147483647 AS INTEGER)) AS low_sum, sum(sign * CAST(h >> 33 AS INTEGER)) AS high_sum
  FROM (SELECT h, CASE WHEN is_production THEN 1 ELSE -1 END AS sign FROM differing_hash)
  GROUP BY bucket
), together AS (
  SELECT bucket, row_count, low_sum, high_sum FROM production_bucket
  UNION ALL SELECT bucket, -row_count, -low_sum, -high_sum FROM shadow_bucket
  UNION ALL SELECT bucket, -row_count, -low_sum, -high_sum FROM found
)
SELECT bucket FROM together
GROUP BY bucket
HAVING sum(row_count) <> 0 OR sum(low_sum) <> 0 OR sum(high_sum) <> 0
