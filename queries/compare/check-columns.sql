-- Reads every column of a side, so that an error of the data is told from one of an expression over it.
SELECT bit_xor(hash(COLUMNS(*))) FROM {{from}} WHERE {{condition}}
