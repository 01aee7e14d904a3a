-- One side's rows with the hash of each and the bucket of its key. What a query over it does not name is not read.
WITH side AS ({{side}})
SELECT CAST("file" AS INTEGER) AS "file", CAST("row" AS BIGINT) AS "row", {{values}}, hash({{columns}}) AS h, hash({{key}}) & 4095 AS bucket
FROM side
