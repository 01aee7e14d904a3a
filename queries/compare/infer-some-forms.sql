-- A large side as hashes, of it all rows of some values of the keys that are measured. Without a limit, which would be read
-- towards by one thread alone: only a value that fills the table and is one of so many that are looked at makes it large.
CREATE OR REPLACE TEMP TABLE {{target}} AS
SELECT * FROM (SELECT {{forms}} FROM ({{side}}) AS side) AS hashed
WHERE {{condition}}
