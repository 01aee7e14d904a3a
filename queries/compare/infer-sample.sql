-- Rows of one side by which it is seen which columns tell rows apart: identical rows once, values as hashes. Taken from
-- several places, since rows that stand side by side often share what the table is ordered by.
CREATE OR REPLACE TEMP TABLE infer_sample AS
SELECT DISTINCT {{forms}}, hash({{row}}) AS h
FROM (SELECT * FROM ({{side}}) AS side WHERE {{places}} LIMIT {{most}}) AS some_rows
