-- Where no key stands twice on either side, one join tells everything: rows of one key with different hashes, and rows
-- whose key the other side does not have.
CREATE OR REPLACE TEMP TABLE row_differences AS
SELECT {{pair}} AS pair,
  p."file" AS production_file, p."row" AS production_row, s."file" AS shadow_file, s."row" AS shadow_row,
  {{values}}
FROM production_rows AS p FULL JOIN shadow_rows AS s ON {{same_key}}
WHERE p.h IS DISTINCT FROM s.h
