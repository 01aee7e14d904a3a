-- Keeps rows of one side in the session.
CREATE OR REPLACE TEMP TABLE {{target}} AS
SELECT *, {{hashes}}
FROM (
  SELECT CAST("file" AS INTEGER) AS "file", CAST("row" AS BIGINT) AS "row"{{forms}}
  FROM ({{side}})
  WHERE {{condition}}
)
