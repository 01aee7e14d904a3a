-- Differing cells to show: the first, the last, and some spread evenly between, in the order of the key.
SELECT {{cells}}
FROM changed_rows
WHERE pair IN (SELECT unnest(quantile_disc(pair, [{{places}}])) FROM changed_rows WHERE {{condition}})
ORDER BY pair
