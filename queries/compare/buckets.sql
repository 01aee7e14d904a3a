-- Row count, two sums of independent parts of the row's hash, and one sum per group of columns, per bucket of the key's hash:
-- additive and order-free. Sums of halves that fit an INTEGER cost little beside the scan; a sum over the whole UBIGINT
-- hash costs half as much again. A group is summed with the key in its hash: values that change places change the sum.
CREATE OR REPLACE TEMP TABLE {{target}} AS
SELECT bucket, count(*) AS row_count, sum(CAST(h & 2147483647 AS INTEGER)) AS low_sum, sum(CAST(h >> 33 AS INTEGER)) AS high_sum{{group_sums}}
FROM (
  SELECT CAST(k & {{mask}} AS UINTEGER) AS bucket, k, {{row_hash}} AS h{{group_names}}
  FROM (SELECT hash({{key}}) AS k, {{groups}} FROM ({{side}}))
)
GROUP BY bucket
