-- Of one column: in how many pairs of rows the two sides hold the same value, and how many rows would find their value on
-- the other side if each could be used once.
SELECT {{column}}, coalesce(sum(production * shadow), 0), coalesce(sum(least(production, shadow)), 0)
FROM (
  SELECT count(*) FILTER (WHERE side = 0) AS production, count(*) FILTER (WHERE side = 1) AS shadow
  FROM (
    SELECT hash({{production_form}}) AS form, 0 AS side FROM {{production}}
    UNION ALL
    SELECT hash({{shadow_form}}) AS form, 1 AS side FROM {{shadow}}
  )
  GROUP BY form
)
