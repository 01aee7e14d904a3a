-- Of each of these changed rows, which findings explain a cell of it.
SELECT pair, {{hits}} FROM changed_rows WHERE pair IN ({{pairs}})
