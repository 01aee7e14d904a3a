-- One side's rows with the hash of each and the bucket of its key. What a query over it does not name is not read.
-- The hash is hashed once more: alone it is linear in its last column, so that two rows which swap that value leave the sums
-- of the parts equal in one of some hundred million cases instead of one of 2^62.
WITH side AS ({{side}})
SELECT CAST("file" AS INTEGER) AS "file", CAST("row" AS BIGINT) AS "row", {{values}}, hash(hash({{columns}})) AS h, hash({{key}}) & 4095 AS bucket
FROM side
