-- What the first part finds makes the table.
CREATE OR REPLACE TEMP TABLE {{target}} AS {{rows}}
