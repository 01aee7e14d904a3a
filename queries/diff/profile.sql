-- Nulls, distinct values, minimum and maximum of the differing columns, over all compared rows of one side. One side a
-- statement: both in one took a quarter longer.
WITH side AS ({{side}})
SELECT {{measures}} FROM side
