-- Rows of one side whose key the other side does not have. No key stands twice, so none of them has a twin there.
SELECT {{file}} AS "file", {{row}} AS "row", CAST(NULL AS VARCHAR) AS twin, {{values}}
FROM row_differences
WHERE {{other_file}} IS NULL
