-- Rows of one side that may find a partner, numbered in the order of their files.
CREATE OR REPLACE TEMP TABLE {{target}} AS
SELECT CAST(row_number() OVER (ORDER BY "file", "row") - 1 AS INTEGER) AS nth, *
FROM ({{rows}})
