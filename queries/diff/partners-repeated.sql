-- Keys, by their hash, of which a side has more than one left-over row. One side after the other: both at once take twice
-- the memory, and had to spill where one did not.
INSERT INTO repeated_keys
SELECT key_hash FROM (SELECT hash({{key}}) AS key_hash FROM {{rows}}) GROUP BY key_hash HAVING count(*) > 1
