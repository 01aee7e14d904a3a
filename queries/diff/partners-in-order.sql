-- Rows of keys with too many pairs to be looked at: the first of production with the first of the shadow.
INSERT INTO partners
WITH production AS (
  SELECT l.*, row_number() OVER (PARTITION BY {{key}} ORDER BY c.nth) AS copy
  FROM candidate_production AS c JOIN leftover_production AS l USING ("file", "row")
  WHERE c.part < 0
), shadow AS (
  SELECT l.*, row_number() OVER (PARTITION BY {{key}} ORDER BY c.nth) AS copy
  FROM candidate_shadow AS c JOIN leftover_shadow AS l USING ("file", "row")
  WHERE c.part < 0
)
SELECT p."file", p."row", s."file", s."row"
FROM production AS p JOIN shadow AS s ON {{same_key}} AND p.copy = s.copy
