-- Paired rows that differ beyond what is agreed.
SELECT * FROM ({{pairs}}) WHERE is_changed
