-- A checksum of each column as a whole, where rows have no key to be paired by.
SELECT count(*) AS row_count, {{measures}} FROM ({{side}}) AS side
