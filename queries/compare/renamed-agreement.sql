-- How often columns that stand on one side only hold the same value in rows of one key: of some keys, the same on both
-- sides, and of those only that stand once on each, since rows of a key that stands twice have no one partner.
WITH production_keys AS (
  SELECT k, {{production_values}}
  FROM (SELECT *, hash(hash({{production_key}})) AS k FROM ({{production}}) AS production)
  WHERE k % {{steps}} = 0
  GROUP BY k HAVING count(*) = 1
), shadow_keys AS (
  SELECT k, {{shadow_values}}
  FROM (SELECT *, hash(hash({{shadow_key}})) AS k FROM ({{shadow}}) AS shadow)
  WHERE k % {{steps}} = 0
  GROUP BY k HAVING count(*) = 1
)
SELECT count(*) AS row_count, {{measures}}
FROM production_keys AS p JOIN shadow_keys AS s USING (k)
