-- Sums of eight parts of each row's SHA-256, over all rows: additive and order-free as the sums of the row's hash. The row is
-- written as its sort key, in which no two rows are alike: a text ends by a byte that no text holds, NULL has one of its own.
-- The empty text before it makes bytes of it where the columns alone would make a number.
SELECT {{sums}}
FROM (SELECT sha256(create_sort_key('', 'ASC NULLS LAST'{{columns}})) AS digest FROM ({{side}}))
