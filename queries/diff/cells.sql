-- The rows to show, as text.
SELECT {{cells}}
FROM {{rows}}
WHERE {{place}} IN ({{places}})
ORDER BY {{place}}
