-- A small side as hashes, so that every candidate is measured without reading its values again.
CREATE OR REPLACE TEMP TABLE {{target}} AS
SELECT {{forms}}, hash({{row}}) AS h FROM ({{side}}) AS side
