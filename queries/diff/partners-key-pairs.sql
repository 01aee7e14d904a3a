-- All pairs of rows of one key, for the keys of one part.
SELECT p.nth AS production_nth, s.nth AS shadow_nth
FROM candidate_production AS p JOIN candidate_shadow AS s USING (key_hash)
WHERE p.part = {{part}} AND s.part = {{part}}
