-- Nulls, distinct values, minimum and maximum of the differing columns, over all compared rows of one side.
WITH side AS ({{side}})
SELECT {{measures}} FROM side
