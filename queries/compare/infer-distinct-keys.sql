-- Rows of one side, and for each combination of columns that may be its key the number of different values without NULL:
-- a key has as many as there are rows. By hash, so that no combination is kept in full.
WITH side AS (SELECT {{columns}} FROM {{from}})
SELECT count(*), {{counts}} FROM side
