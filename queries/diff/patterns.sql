-- Of every pattern (which columns differ, or which kind of row) how many rows there are, the first and the last of their
-- places, and places evenly spread over those that are sampled; the most frequent patterns first.
SELECT count(*) AS size, min({{place}}) AS first_place, max({{place}}) AS last_place,
  quantile_disc({{place}}, {{shares}}) FILTER (WHERE {{sampled}}) AS places
FROM {{rows}}
GROUP BY {{pattern}}
ORDER BY size DESC, first_place
LIMIT $limit
