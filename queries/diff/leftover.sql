-- What is left of one side after identical rows are paired as a multiset: of n copies here and m there, min(n, m) pair up.
-- `nth` numbers the left-over rows of one key in the order of the file, for pairing them with the other side's.
CREATE TEMP TABLE {{target}} AS
WITH numbered AS (
  SELECT *, row_number() OVER (PARTITION BY h ORDER BY "file", "row") AS copy FROM {{rows}}
), other AS (
  SELECT h, count(*) AS copies FROM {{other_rows}} GROUP BY h
), leftover AS (
  SELECT numbered.*, other.copies IS NOT NULL AS has_identical
  FROM numbered LEFT JOIN other USING (h)
  WHERE copy > coalesce(other.copies, 0)
)
SELECT * EXCLUDE (copy), row_number() OVER (PARTITION BY {{key}} ORDER BY "file", "row") AS nth
FROM leftover
