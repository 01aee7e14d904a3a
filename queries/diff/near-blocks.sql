-- Rows that share the values of some columns, as blocks: how many rows of a block each side has.
CREATE OR REPLACE TEMP TABLE near_blocks AS
WITH production AS (
  SELECT block, count(*) AS copies FROM (SELECT {{block}} AS block FROM candidate_production WHERE {{is_open}}) GROUP BY block
), shadow AS (
  SELECT block, count(*) AS copies FROM (SELECT {{block}} AS block FROM candidate_shadow WHERE {{is_open}}) GROUP BY block
)
SELECT block, greatest(p.copies, s.copies) AS size, p.copies * s.copies AS pairs
FROM production AS p JOIN shadow AS s USING (block)
