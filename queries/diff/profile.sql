-- Per side: nulls, distinct values, minimum and maximum of the differing columns, over all compared rows.
WITH production AS ({{production}}), shadow AS ({{shadow}})
SELECT 0 AS side, {{production_measures}} FROM production
UNION ALL
SELECT 1 AS side, {{shadow_measures}} FROM shadow
ORDER BY side
