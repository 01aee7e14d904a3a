-- The picked rows of one side, as text.
SELECT "file", "row", {{cells}}
FROM {{rows}}
WHERE ("file", "row") IN ({{picked}})
ORDER BY "file", "row"
