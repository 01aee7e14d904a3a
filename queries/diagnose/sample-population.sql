-- Rows that causes are ranked on, with all the columns that differ: one pass for all of them.
CREATE OR REPLACE TEMP TABLE sampled_population AS
SELECT "file", "row", {{values}} FROM ({{population}}) AS reference_rows WHERE hash("file", "row") % {{step}} = 0
