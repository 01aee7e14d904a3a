-- Row count and two sums of independent parts of the row's hash, per bucket of the key's hash: additive and order-free.
-- Sums of halves that fit an INTEGER cost nothing beside the scan; a sum over the whole UBIGINT hash costs half as much again.
CREATE TEMP TABLE {{target}} AS
WITH hashed AS ({{hashed}})
SELECT bucket, count(*) AS row_count, sum(CAST(h & 2147483647 AS INTEGER)) AS low_sum, sum(CAST(h >> 33 AS INTEGER)) AS high_sum
FROM hashed
GROUP BY bucket
