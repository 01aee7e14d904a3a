-- Keeps the rows of one side in the session.
CREATE TEMP TABLE {{target}} AS
WITH hashed AS ({{hashed}})
SELECT * FROM hashed
WHERE {{condition}}
