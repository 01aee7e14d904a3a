-- A checksum per column, to tell which columns differ.
WITH side AS ({{side}})
SELECT {{sums}} FROM side
