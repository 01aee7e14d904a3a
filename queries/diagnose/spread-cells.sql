-- The rows of differing cells: the first, the last, and some spread evenly between.
SELECT *
FROM changed_rows
WHERE pair IN (SELECT unnest(quantile_disc(pair, [{{places}}])) FROM changed_rows WHERE {{condition}})
