-- The fingerprints of both sides, from rows that were kept: as the buckets' totals, without buckets.
SELECT 0 AS side, count(*), coalesce(sum(CAST(h & 2147483647 AS INTEGER)), 0), coalesce(sum(CAST(h >> 33 AS INTEGER)), 0) FROM production_rows
UNION ALL
SELECT 1 AS side, count(*), coalesce(sum(CAST(h & 2147483647 AS INTEGER)), 0), coalesce(sum(CAST(h >> 33 AS INTEGER)), 0) FROM shadow_rows
ORDER BY side
