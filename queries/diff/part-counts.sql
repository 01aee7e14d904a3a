-- Of the rows that are paired: how many of each kind, and how many of each column.
SELECT
  count(*) FILTER (WHERE is_changed) AS changed,
  count(*) FILTER (WHERE NOT is_changed AND is_agreed) AS agreed,
  {{columns}}
FROM ({{pairs}})
