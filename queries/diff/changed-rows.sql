-- Changed rows of all parts. A column that was not read again is the same on both sides in every row.
CREATE OR REPLACE TEMP VIEW changed_rows AS
SELECT *{{equal_columns}} FROM changed_pairs
