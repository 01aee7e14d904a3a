-- The fingerprint of each file as in file-sums.sql, with the sums of strong-sums.sql beside it.
SELECT
  "file", count(*) AS row_count, sum(CAST(h & 2147483647 AS INTEGER)) AS low_sum, sum(CAST(h >> 33 AS INTEGER)) AS high_sum,
  {{sums}}
FROM (
  SELECT CAST("file" AS INTEGER) AS "file", {{row_hash}} AS h, sha256(create_sort_key('', 'ASC NULLS LAST'{{columns}})) AS digest
  FROM ({{side}})
)
GROUP BY "file"
