-- What the differing cells of a column speak for: of each detector the parameters that most of them are consistent with.
WITH cells AS (
  SELECT {{reference}} AS reference, {{candidate}} AS candidate, {{reference_form}} AS reference_form, {{candidate_form}} AS candidate_form
  FROM changed_rows
  WHERE {{differs}} AND NOT ({{explained}}) AND hash(pair) % {{step}} = 0
), suggested AS (
  SELECT unnest([{{suggestions}}]) AS suggestion FROM cells
), counted AS (
  SELECT suggestion.detector AS detector, suggestion.parameter AS parameter, count(*) AS cell_count
  FROM suggested
  WHERE suggestion.parameter IS NOT NULL
  GROUP BY ALL
)
SELECT detector, parameter, cell_count
FROM counted
QUALIFY row_number() OVER (PARTITION BY detector ORDER BY cell_count DESC, parameter) <= $keep
ORDER BY detector, cell_count DESC, parameter
