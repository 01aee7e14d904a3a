-- Row count and two sums of independent parts of the row's hash, per bucket of the key's hash: one scan, additive, order-free.
-- Sums of halves that fit an INTEGER cost nothing beside the scan; a sum over the whole UBIGINT hash costs half as much again.
CREATE TEMP TABLE {{target}} AS
WITH side AS ({{side}})
SELECT bucket, count(*) AS row_count, sum(CAST(h & 2147483647 AS INTEGER)) AS low_sum, sum(CAST(h >> 33 AS INTEGER)) AS high_sum
FROM (SELECT hash({{key}}) & 4095 AS bucket, hash({{columns}}) AS h FROM side)
GROUP BY bucket
