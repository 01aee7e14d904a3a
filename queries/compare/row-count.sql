-- Rows of one side before sampling.
WITH side AS ({{side}})
SELECT count(*) FROM side
