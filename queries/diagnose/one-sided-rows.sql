-- Rows on one side to show: the first, the last, and some spread evenly between, in the order of the files.
WITH found AS (
  SELECT "file", "row", {{cells}}, row_number() OVER (ORDER BY "file", "row") - 1 AS nth, greatest(count(*) OVER () - 1, 1) AS last_nth
  FROM {{rows}}
  WHERE twin IS NOT DISTINCT FROM $twin
)
SELECT * EXCLUDE ("file", "row", nth, last_nth)
FROM found
WHERE nth = 0 OR nth * ($limit - 1) // last_nth <> (nth - 1) * ($limit - 1) // last_nth
ORDER BY "file", "row"
LIMIT $limit
