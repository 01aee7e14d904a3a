-- Rows without a partner that lie in a block with too many rows.
SELECT count(*)
FROM {{candidates}} AS c
ANTI JOIN partners AS r ON r.{{file}} = c."file" AND r.{{row}} = c."row"
WHERE {{is_frequent}}
