-- Rows of one side whose key the other side does not have.
SELECT {{file}} AS "file", {{row}} AS "row", CAST(NULL AS VARCHAR) AS twin, {{values}}
FROM changed_pairs
WHERE NOT is_paired AND {{row}} IS NOT NULL
