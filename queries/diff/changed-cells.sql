-- The picked changed rows, as text.
SELECT pair, production_file, production_row, shadow_file, shadow_row, {{cells}}
FROM changed_rows
WHERE pair IN ({{picked}})
ORDER BY pair
