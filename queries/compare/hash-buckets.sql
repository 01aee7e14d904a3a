-- As buckets.sql, over the hashes of rows that are held: the same sums. The bucket is by another hash, so that within one
-- both parts of the row's hash still have all their bits.
CREATE OR REPLACE TEMP TABLE {{target}} AS
SELECT {{bucket}} AS bucket, count(*) AS row_count, sum(CAST(h & 2147483647 AS INTEGER)) AS low_sum, sum(CAST(h >> 33 AS INTEGER)) AS high_sum
FROM {{hashes}}
GROUP BY bucket
