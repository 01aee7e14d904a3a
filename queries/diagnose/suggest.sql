-- What the differing cells of a column speak for: `detector:parameter` with the number of cells that are consistent with it.
WITH cells AS (
  SELECT {{reference}} AS reference, {{candidate}} AS candidate, {{reference_form}} AS reference_form, {{candidate_form}} AS candidate_form
  FROM {{looked_at}}
  WHERE {{differs}} AND NOT ({{explained}}) AND hash(pair) % {{step}} = 0
), suggested AS (
  SELECT unnest([{{suggestions}}]) AS suggestion FROM cells
)
SELECT suggestion, count(*) AS cell_count
FROM suggested
WHERE suggestion IS NOT NULL
GROUP BY suggestion
HAVING count(*) >= $cells_min
ORDER BY cell_count DESC, suggestion
