-- Rows of one side whose key the other side does not have. No key stands twice, so none of them has a twin there.
SELECT l."file", l."row", CAST(NULL AS VARCHAR) AS twin, {{values}}
FROM {{rows}} AS l
WHERE {{may_be}} AND NOT EXISTS (SELECT 1 FROM {{other_rows}} AS o WHERE {{same_key}})
