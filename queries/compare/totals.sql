-- The fingerprints of both sides, from their buckets.
SELECT 0 AS side, coalesce(sum(row_count), 0), coalesce(sum(low_sum), 0), coalesce(sum(high_sum), 0) FROM production_bucket
UNION ALL
SELECT 1 AS side, coalesce(sum(row_count), 0), coalesce(sum(low_sum), 0), coalesce(sum(high_sum), 0) FROM shadow_bucket
ORDER BY side
