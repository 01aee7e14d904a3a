-- Where no rules hold, what is not identical is left over.
CREATE OR REPLACE TEMP VIEW {{target}} AS SELECT * FROM {{unmatched}}
