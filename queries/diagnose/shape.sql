-- What can be said of cells that nothing explains.
WITH cells AS (
  SELECT {{reference}} AS reference, {{candidate}} AS candidate
  FROM changed_rows WHERE {{differs}} AND NOT ({{explained}})
), measured AS (
  SELECT reference, candidate, {{measure}} AS measure FROM cells
)
SELECT count_if(reference IS NULL) AS reference_nulls, count_if(candidate IS NULL) AS candidate_nulls, {{measures}}
FROM measured
