-- The rows that differ, from another join.
SELECT * EXCLUDE (key_hash, production_key_is_null, shadow_key_is_null, differs_in_rest, all_blocks, is_in_production, is_in_shadow)
FROM ({{pairs}})
WHERE NOT is_paired OR is_changed
