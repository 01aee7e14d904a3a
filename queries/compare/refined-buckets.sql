-- Finer buckets of the rows that lie in buckets that differ, with sums as theirs.
CREATE OR REPLACE TEMP TABLE {{target}} AS
SELECT bucket, count(*) AS row_count, sum(CAST(h & 2147483647 AS INTEGER)) AS low_sum, sum(CAST(h >> 33 AS INTEGER)) AS high_sum
FROM (SELECT {{bucket}} AS bucket, {{row_hash}} AS h FROM ({{side}}) WHERE {{condition}})
GROUP BY bucket
