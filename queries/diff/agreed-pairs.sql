-- Rows that are identical after the agreed rules, paired as a multiset in the order of the files.
CREATE OR REPLACE TEMP TABLE agreed_pairs AS
WITH p AS (
  SELECT "file", "row", ha, row_number() OVER (PARTITION BY ha ORDER BY "file", "row") AS nth FROM unmatched_production
), s AS (
  SELECT "file", "row", ha, row_number() OVER (PARTITION BY ha ORDER BY "file", "row") AS nth FROM unmatched_shadow
)
SELECT p."file" AS production_file, p."row" AS production_row, s."file" AS shadow_file, s."row" AS shadow_row
FROM p JOIN s USING (ha, nth)
