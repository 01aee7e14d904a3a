-- The fingerprint of each file: row count and two sums of independent parts of the row's hash. Added up over the files they
-- are what the buckets add up to. A file of which no row takes part has no line.
SELECT "file", count(*) AS row_count, sum(CAST(h & 2147483647 AS INTEGER)) AS low_sum, sum(CAST(h >> 33 AS INTEGER)) AS high_sum
FROM (SELECT CAST("file" AS INTEGER) AS "file", {{row_hash}} AS h FROM ({{side}}))
GROUP BY "file"
