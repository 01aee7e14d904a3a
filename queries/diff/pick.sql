-- Rows to show, chosen to differ from each other: of every pattern (which columns differ, or which kind of row) the
-- first, the last, and some spread evenly between; patterns take turns, the most frequent first.
WITH patterns AS (
  SELECT {{place}} AS place, {{pattern}} AS pattern, row_number() OVER (PARTITION BY {{pattern}} ORDER BY {{order}}) AS nth,
    count(*) OVER (PARTITION BY {{pattern}}) AS size
  FROM {{rows}}
), spread AS (
  SELECT place, pattern, nth, size,
    nth = size OR nth = 1 OR (nth - 1) * ($limit - 1) // size <> (nth - 2) * ($limit - 1) // size AS is_spread
  FROM patterns
), turns AS (
  SELECT place, pattern, nth, size,
    row_number() OVER (PARTITION BY pattern ORDER BY CASE nth WHEN 1 THEN 0 WHEN size THEN 1 ELSE 2 END, nth) AS turn
  FROM spread WHERE is_spread
)
SELECT place FROM turns ORDER BY turn, size DESC, pattern, nth LIMIT $limit
