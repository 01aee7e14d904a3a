-- Rows of one side that have no partner. `twin`: what the other side holds nevertheless.
WITH partnerless AS (
  SELECT l.* FROM {{leftover}} AS l
  WHERE NOT EXISTS (SELECT 1 FROM partners AS m WHERE {{is_partner}})
)
SELECT l."file", l."row",
  CASE WHEN l.has_identical THEN 'identical'
       WHEN {{has_key}} AND EXISTS (SELECT 1 FROM {{other_rows}} AS o WHERE {{same_key}}) THEN 'same_key' END AS twin,
  {{values}}
FROM partnerless AS l
