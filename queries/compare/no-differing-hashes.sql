-- None is known yet.
CREATE OR REPLACE TEMP TABLE differing_hash (h UBIGINT, is_production BOOLEAN)
