-- Cells at risk that did not change: what speaks against the cause. `partner` columns place the reference's row. Which rows
-- are looked through is said of every table, so that none of them is joined whole.
SELECT {{cells}}
FROM ({{population}}) AS r
WHERE {{here}} AND {{at_risk}}
  AND NOT EXISTS (SELECT 1 FROM {{partnerless}} AS o WHERE {{partnerless_here}} AND o."file" = r."file" AND o."row" = r."row")
  AND NOT EXISTS (SELECT 1 FROM changed_rows AS c WHERE {{differs}} AND {{partner_here}} AND {{partner_file}} = r."file" AND {{partner_row}} = r."row")
ORDER BY r."file", r."row"
LIMIT $limit
