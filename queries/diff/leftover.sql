-- What is left of one side after rows that agree were paired, too.
CREATE OR REPLACE TEMP TABLE {{target}} AS
SELECT u.* FROM {{unmatched}} AS u
WHERE NOT EXISTS (SELECT 1 FROM agreed_pairs AS a WHERE {{is_paired}})
