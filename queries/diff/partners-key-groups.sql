-- Repeated keys that both sides have, with how many pairs of rows each could make. They are worked off in parts of so many
-- pairs that a part fits into memory; a key with more pairs than are looked at has part -1.
CREATE OR REPLACE TEMP TABLE key_groups AS
WITH production AS (
  SELECT key_hash, count(*) AS copies
  FROM (SELECT hash({{key}}) AS key_hash FROM leftover_production) SEMI JOIN repeated_keys USING (key_hash)
  GROUP BY key_hash
), shadow AS (
  SELECT key_hash, count(*) AS copies
  FROM (SELECT hash({{key}}) AS key_hash FROM leftover_shadow) SEMI JOIN repeated_keys USING (key_hash)
  GROUP BY key_hash
), both_sides AS (
  SELECT key_hash, p.copies + s.copies AS row_count, p.copies * s.copies AS pairs
  FROM production AS p JOIN shadow AS s USING (key_hash)
)
SELECT key_hash, row_count, CAST(sum(pairs) OVER (ORDER BY key_hash ROWS UNBOUNDED PRECEDING) // {{part_pairs}} AS INTEGER) AS part
FROM both_sides WHERE pairs <= {{pairs_max}}
UNION ALL
SELECT key_hash, row_count, -1 AS part FROM both_sides WHERE pairs > {{pairs_max}}
