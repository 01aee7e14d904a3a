-- A checksum of each column as a whole, where rows have no key to be paired by, and how much its values tell.
SELECT count(*) AS row_count, {{measures}} FROM ({{side}}) AS side
