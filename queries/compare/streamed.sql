-- Rows of one side as they are read, nothing of them stored. What the join carries decides how much of it spills: so a place
-- is one number, and columns that are hardly the ones that differ are one hash.
SELECT (CAST("file" AS BIGINT) << 40) | "row" AS place, true AS is_there, {{rest}} AS rest{{all_blocks}}{{forms}}
FROM ({{side}})
WHERE {{condition}}
