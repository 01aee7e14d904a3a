-- One changed row: found so, five of 10 M take 40 ms; a list of pairs is looked up by reading all the columns.
SELECT * FROM changed_rows WHERE pair = {{pair}}
