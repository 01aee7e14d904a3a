-- Row count, two sums of independent parts of the row's hash, and sums of blocks of its columns, per bucket of the key's hash:
-- additive and order-free. Sums of halves that fit an INTEGER cost little beside the scan; a sum over the whole UBIGINT hash
-- costs half as much again.
CREATE OR REPLACE TEMP TABLE {{target}} AS
SELECT bucket, count(*) AS row_count, sum(CAST(h & 2147483647 AS INTEGER)) AS low_sum, sum(CAST(h >> 33 AS INTEGER)) AS high_sum{{block_sums}}
FROM (
  SELECT {{bucket}} AS bucket, {{row_hash}} AS h{{keyed}}
  FROM (SELECT hash({{key}}) AS k, {{blocks}} FROM ({{side}}))
)
GROUP BY bucket
