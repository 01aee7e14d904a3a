-- How many rows of each kind, and how many of each column.
SELECT
  count(*) FILTER (WHERE is_changed) AS changed,
  count(*) FILTER (WHERE NOT is_changed AND is_agreed) AS agreed,
  (SELECT count(*) FROM only_in_production) AS only_in_production,
  (SELECT count(*) FROM only_in_shadow) AS only_in_shadow,
  {{columns}}
FROM paired_rows
