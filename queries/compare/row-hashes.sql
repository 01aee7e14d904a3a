-- The hash of every row of one side: all that has to be held of it to tell which rows differ.
CREATE OR REPLACE TEMP TABLE {{target}} AS
SELECT {{row_hash}} AS h FROM ({{side}})
