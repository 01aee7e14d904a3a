-- How good a key is: rows, kinds of rows and values of it on each side, values that stand on both; and of rows paired by
-- it how many hold the same value in other columns, against how many would with a partner that is not theirs.
WITH production AS ({{production}}), shadow AS ({{shadow}}),
p AS (
  SELECT k, count(*) AS kinds, sum(copies) AS copies, bool_or(has_null) AS has_null, {{witnesses}} FROM production GROUP BY k
), s AS (
  SELECT k, count(*) AS kinds, sum(copies) AS copies, bool_or(has_null) AS has_null, {{witnesses}} FROM shadow GROUP BY k
), paired AS (
  SELECT p.kinds = 1 OR s.kinds = 1 AS is_single, {{agreements}} FROM p JOIN s USING (k) WINDOW by_key AS (ORDER BY k)
)
SELECT
  (SELECT [count(*), sum(kinds), sum(copies), coalesce(sum(copies) FILTER (has_null), 0)] FROM p),
  (SELECT [count(*), sum(kinds), sum(copies), coalesce(sum(copies) FILTER (has_null), 0)] FROM s),
  (SELECT count(*) FROM paired),
  (SELECT [{{agreed}}] FROM paired WHERE is_single)
