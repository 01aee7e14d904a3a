-- All pairs of rows within the blocks that are small enough.
INSERT INTO near_pairs
SELECT p.nth, s.nth
FROM (SELECT block FROM near_blocks WHERE size <= {{size_max}}) AS b
JOIN (SELECT nth, {{block}} AS block FROM candidate_production) AS p USING (block)
JOIN (SELECT nth, {{block}} AS block FROM candidate_shadow) AS s USING (block)
