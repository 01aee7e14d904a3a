-- How many rows of a side, keys that stand more than once, rows beyond the first of each, and rows with a NULL in the key.
WITH side AS ({{side}})
SELECT coalesce(sum(copies), 0) AS row_count, count(*) FILTER (WHERE copies > 1) AS duplicate_groups,
  coalesce(sum(copies - 1), 0) AS extra_rows, coalesce(sum(null_keys), 0) AS null_keys
FROM (SELECT hash({{key}}) AS key_hash, count(*) AS copies, count(*) FILTER (WHERE {{key_is_null}}) AS null_keys FROM side GROUP BY key_hash)
