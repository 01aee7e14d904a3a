-- How many rows of a side, keys that stand more than once, rows beyond the first of each, rows with a NULL in the key, and
-- two sums of independent parts of the keys' hashes: equal on both sides, and as many, they are the same keys. They are hashed
-- once more, since the hash of a small value is small.
WITH side AS ({{side}})
SELECT coalesce(sum(copies), 0) AS row_count, count(*) FILTER (WHERE copies > 1) AS duplicate_groups,
  coalesce(sum(copies - 1), 0) AS extra_rows, coalesce(sum(null_keys), 0) AS null_keys,
  coalesce(sum(CAST(hash(key_hash) & 2147483647 AS INTEGER)), 0) AS low_sum, coalesce(sum(CAST(hash(key_hash) >> 33 AS INTEGER)), 0) AS high_sum
FROM (SELECT hash({{key}}) AS key_hash, count(*) AS copies, count(*) FILTER (WHERE {{key_is_null}}) AS null_keys FROM side GROUP BY key_hash)
