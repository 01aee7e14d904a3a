-- Left-over rows of one key, paired in the order of their files: changed rows, and rows that differ within tolerance only.
CREATE TEMP TABLE paired_rows AS
SELECT row_number() OVER (ORDER BY {{order}}, p.nth) - 1 AS pair,
  p."file" AS production_file, p."row" AS production_row, s."file" AS shadow_file, s."row" AS shadow_row,
  {{values}}
FROM leftover_production AS p JOIN leftover_shadow AS s ON {{same_key}} AND p.nth = s.nth
