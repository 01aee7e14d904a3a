-- Blocks with too many rows to be looked through.
CREATE OR REPLACE TEMP TABLE {{target}} AS
SELECT block FROM near_blocks WHERE size > {{size_max}}
