-- One side: the compared columns as v0, v1, … in their own types, with the place of each row.
SELECT {{file}} AS "file", {{row}} AS "row", {{values}}
FROM {{from}}
WHERE {{condition}}
