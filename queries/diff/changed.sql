-- Paired rows that differ beyond tolerance.
CREATE TEMP VIEW changed_rows AS
SELECT * FROM paired_rows WHERE is_changed
