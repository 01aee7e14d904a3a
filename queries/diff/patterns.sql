-- Of every pattern (which columns differ, or which kind of row) how many rows there are, and places evenly spread over
-- them from the first to the last; the most frequent patterns first.
SELECT count(*) AS size, quantile_disc({{place}}, {{shares}}) AS places
FROM {{rows}}
GROUP BY {{pattern}}
ORDER BY size DESC, min({{place}})
LIMIT $limit
