-- Where no key stands twice on either side: rows of one key with different hashes.
SELECT {{pair}} AS pair,
  p."file" AS production_file, p."row" AS production_row, s."file" AS shadow_file, s."row" AS shadow_row,
  {{values}}
FROM production_rows AS p JOIN shadow_rows AS s ON {{same_key}}
WHERE p.h <> s.h
