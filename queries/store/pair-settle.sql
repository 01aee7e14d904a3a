-- The newest comparison of these two landings counts, also where the one at hand was recorded before.
UPDATE pair
SET
  state = iif(production_landing_id IS NULL OR shadow_landing_id IS NULL, 'missing', 'compared'),
  outcome = (
    SELECT comparison.outcome
    FROM comparison
    WHERE comparison.job = pair.job
      AND comparison.partition_key = pair.partition_key
      AND comparison.pairing = pair.pairing
      AND comparison.production_landing_id IS pair.production_landing_id
      AND comparison.shadow_landing_id IS pair.shadow_landing_id
    ORDER BY comparison.position DESC
    LIMIT 1
  )
WHERE job = $job
  AND pairing = $pairing
  AND partition_key = $partition_key
  AND production_landing_id IS $production_landing_id
  AND shadow_landing_id IS $shadow_landing_id
