-- Blocks of rows with more cells at risk than differ there or have no partner: in each is a cell that speaks against the
-- cause, and in no other. Counting 11 M rows so takes 400 ms, holding them against 10 M others row by row 7 s.
WITH at_risk AS (
  SELECT r."file" AS block_file, r."row" // {{block_rows}} AS block, 1 AS surplus
  FROM ({{population}}) AS r WHERE {{at_risk}}
  UNION ALL
  SELECT {{partner_file}}, {{partner_row}} // {{block_rows}}, -1 FROM changed_rows AS c WHERE {{differs}} AND {{changed_at_risk}}
  UNION ALL
  SELECT o."file", o."row" // {{block_rows}}, -1 FROM {{partnerless}} AS o WHERE {{partnerless_at_risk}}
)
SELECT block_file, block
FROM at_risk
GROUP BY ALL
HAVING sum(surplus) > 0
ORDER BY block_file, block
LIMIT $limit
