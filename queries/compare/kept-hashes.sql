-- The hashes whose rows are read again: those that differ, and some of those that do not, with so many rows, for a sample of
-- what agrees; one that has more by itself is no sample.
CREATE OR REPLACE TEMP TABLE kept_hash AS
SELECT h FROM differing_hash
UNION ALL
SELECT h
FROM (
  SELECT h, copies, sum(copies) OVER (ORDER BY h ROWS UNBOUNDED PRECEDING) AS up_to_here
  FROM (
    SELECT h, count(*) AS copies
    FROM (SELECT h FROM production_hash WHERE h % {{steps}} = 0) ANTI JOIN differing_hash USING (h)
    GROUP BY h
  )
  WHERE copies <= {{agreeing_rows}}
)
WHERE up_to_here - copies < {{agreeing_rows}}
