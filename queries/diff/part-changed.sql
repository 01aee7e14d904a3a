-- Paired rows that differ beyond what is agreed.
SELECT * FROM row_differences
WHERE is_changed AND production_file IS NOT NULL AND shadow_file IS NOT NULL
