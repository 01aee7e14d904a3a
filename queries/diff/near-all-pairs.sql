-- Every row against every row.
SELECT p.nth AS production_nth, s.nth AS shadow_nth FROM candidate_production AS p CROSS JOIN candidate_shadow AS s
