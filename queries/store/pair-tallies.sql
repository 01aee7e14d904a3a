SELECT job, state, nullif(outcome, '') AS outcome, is_seeded, pairs
FROM pair_tally
WHERE pairs > 0
ORDER BY job, state, outcome, is_seeded
