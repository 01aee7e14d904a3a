-- What is left of one side after identical rows are paired as a multiset: of n copies here and m there, min(n, m) pair up.
-- Only hashes with a surplus go through the window: carrying all rows through it cost ten times as much.
CREATE OR REPLACE TEMP TABLE {{target}} AS
WITH mine AS (
  SELECT h, count(*) AS copies FROM {{rows}} GROUP BY h
), theirs AS (
  SELECT h, count(*) AS copies FROM {{other_rows}} GROUP BY h
), surplus AS (
  SELECT h, coalesce(theirs.copies, 0) AS paired_copies
  FROM mine LEFT JOIN theirs USING (h)
  WHERE mine.copies > coalesce(theirs.copies, 0)
), numbered AS (
  SELECT r.*, s.paired_copies, row_number() OVER (PARTITION BY h ORDER BY "file", "row") AS copy
  FROM {{rows}} AS r JOIN surplus AS s USING (h)
)
SELECT * EXCLUDE (copy, paired_copies){{agreed_hash}}, paired_copies > 0 AS has_identical
FROM numbered
WHERE copy > paired_copies
