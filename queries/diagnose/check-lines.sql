-- For people: whole rows that one side holds more often than the other.
SELECT * FROM {{here}}
EXCEPT ALL
SELECT * FROM {{there}}
