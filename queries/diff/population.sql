-- The rows that are kept of the last part, and of the other parts those that differ.
SELECT "file", "row", {{values}} FROM {{rows}}
UNION ALL
SELECT c.{{file}}, c.{{row}}, {{changed_values}}
FROM changed_rows AS c ANTI JOIN {{rows}} AS r ON r."file" = c.{{file}} AND r."row" = c.{{row}}
UNION ALL
SELECT o."file", o."row", {{one_sided_values}}
FROM {{only_in_side}} AS o ANTI JOIN {{rows}} AS r ON r."file" = o."file" AND r."row" = o."row"
