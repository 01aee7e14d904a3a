-- The differing cells of a column that its causes are looked for in: one pass over all of them instead of one for every question.
CREATE OR REPLACE TEMP TABLE sampled_cells AS
SELECT pair, {{columns}} FROM changed_rows WHERE {{differs}} AND ({{sampled}})
