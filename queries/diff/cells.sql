-- The rows to show, as text. Found by the place alone, and fetched by the engine's own row number: of 10 M rows of 20
-- columns that takes 60 ms, and a second where the condition stands over the rows themselves.
SELECT {{cells}}
FROM {{rows}}
WHERE rowid IN (SELECT rowid FROM {{rows}} WHERE {{place}} IN ({{places}}))
ORDER BY {{place}}
