-- Rows that belong together by key, by likeness or by the agreed rules, side by side.
SELECT {{pair}} AS pair,
  p."file" AS production_file, p."row" AS production_row, s."file" AS shadow_file, s."row" AS shadow_row,
  {{values}}
FROM partners AS m
JOIN unmatched_production AS p ON p."file" = m.production_file AND p."row" = m.production_row
JOIN unmatched_shadow AS s ON s."file" = m.shadow_file AND s."row" = m.shadow_row
