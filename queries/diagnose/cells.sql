-- Differing cells to show: the first, the last, and some spread evenly between, in the order of the key.
WITH found AS (
  SELECT pair, {{cells}}, row_number() OVER (ORDER BY pair) - 1 AS nth, greatest(count(*) OVER () - 1, 1) AS last_nth
  FROM changed_rows
  WHERE {{condition}}
)
SELECT * EXCLUDE (pair, nth, last_nth)
FROM found
WHERE nth = 0 OR nth * ($limit - 1) // last_nth <> (nth - 1) * ($limit - 1) // last_nth
ORDER BY pair
LIMIT $limit
