-- Cells at risk that did not change: what speaks against the cause. `partner` columns place the reference's row.
SELECT {{cells}}
FROM ({{population}}) AS r
WHERE {{at_risk}}
  AND NOT EXISTS (SELECT 1 FROM {{partnerless}} AS o WHERE o."file" = r."file" AND o."row" = r."row")
  AND NOT EXISTS (SELECT 1 FROM changed_rows AS c WHERE {{differs}} AND {{partner_file}} = r."file" AND {{partner_row}} = r."row")
ORDER BY r."file", r."row"
LIMIT $limit
