-- How often columns that stand on one side only hold the same value in rows of one key.
WITH reference_rows AS (
  SELECT * FROM ({{reference}}) AS r WHERE hash({{reference_key}}) % {{step}} = 0
), candidate_rows AS (
  SELECT * FROM ({{candidate}}) AS c
)
SELECT count(*) AS row_count, {{measures}}
FROM reference_rows AS r JOIN candidate_rows AS c ON {{same_key}}
