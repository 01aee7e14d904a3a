CREATE OR REPLACE TEMP TABLE repeated_keys (key_hash UBIGINT)
