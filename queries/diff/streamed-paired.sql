-- Rows without a partner have a table of their own.
DELETE FROM changed_pairs WHERE NOT is_paired
