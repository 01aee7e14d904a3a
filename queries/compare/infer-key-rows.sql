-- Rows of one side by the hash k of a key that may be theirs: all rows of some values of it, the same values on both sides.
-- Each kind of row once, by its hash h, with its copies. The limit bounds a key that turns out to be none.
SELECT k, h, bool_or(has_null) AS has_null, count(*) AS copies, {{witnesses}}
FROM (
  SELECT * FROM (
    SELECT {{key}} AS k, {{row}} AS h, {{has_null}} AS has_null, {{values}} FROM {{side}}
  ) AS hashed
  WHERE k % {{steps}} = 0
  LIMIT {{most}}
) AS sampled
GROUP BY k, h
