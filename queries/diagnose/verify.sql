-- The exact counts of one cause on all cells of a column, where its tally came from a sample. Sources as in tally.sql.
WITH cells AS (
  SELECT CASE WHEN {{explained}} THEN 1 ELSE 0 END AS source, {{reference}} AS reference, {{candidate}} AS candidate
  FROM changed_rows WHERE {{differs}}
  UNION ALL
  SELECT 2, {{value}}, NULL FROM {{partnerless}}
  UNION ALL
  SELECT 3, {{value}}, NULL FROM ({{population}}) AS reference_rows
  UNION ALL
  SELECT 4, {{reference}}, NULL FROM changed_rows WHERE {{is_told_apart}} AND NOT {{differs}}
), forms AS (
  SELECT *, {{reference_form}} AS reference_form, {{candidate_form}} AS candidate_form FROM cells
), predicted AS (
  SELECT *, {{predictions}} FROM forms
), judged AS (
  SELECT source, {{judgements}} FROM predicted
)
SELECT source, count_if(at_risk0 AND fits0) AS hit, count_if(at_risk0) AS at_risk
FROM judged
GROUP BY source
