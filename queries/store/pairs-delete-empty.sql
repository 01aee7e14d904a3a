DELETE FROM pair
WHERE job = $job
  AND pairing = $pairing
  AND partition_key IN (SELECT value ->> 0 FROM json_each($places))
  AND NOT EXISTS (
    SELECT 1
    FROM landing
    WHERE landing.job = pair.job
      AND landing."table" IN ($production_table, $shadow_table)
      AND landing.partition_key = pair.partition_key
      AND landing.superseded_by IS NULL
      AND landing.gone_at_ms IS NULL
  )
