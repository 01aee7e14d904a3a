-- Pairs as their landings are now. One that has not changed is not written again, nor one that was compared and of which a
-- side went since: retention takes the two sides at different times, and what was compared is not missing.
-- Of two deadlines of a pending pair the earlier one holds: where the key tells no time, a partner that lands every day would
-- put off for ever that the other never comes.
INSERT INTO pair
  (job, pairing, partition_key, production_landing_id, shadow_landing_id, state, deadline_ms, partition_start_ms,
    outcome, is_seeded)
SELECT
  job,
  pairing,
  partition_key,
  production_landing_id,
  shadow_landing_id,
  CASE
    WHEN production_landing_id IS NOT NULL AND shadow_landing_id IS NOT NULL THEN iif(outcome IS NULL, 'owed', 'compared')
    WHEN is_same AND state_before IN ('missing', 'expired') THEN state_before
    ELSE 'pending'
  END,
  deadline_ms,
  partition_start_ms,
  CASE
    WHEN production_landing_id IS NOT NULL AND shadow_landing_id IS NOT NULL THEN outcome
    WHEN is_same THEN outcome_before
  END,
  is_seeded
FROM (
  SELECT
    place.job,
    place.pairing,
    place.partition_key,
    production.id AS production_landing_id,
    shadow.id AS shadow_landing_id,
    iif(
      known.state = 'pending',
      min(coalesce(place.deadline_ms, known.deadline_ms), coalesce(known.deadline_ms, place.deadline_ms)),
      coalesce(place.deadline_ms, known.deadline_ms)
    ) AS deadline_ms,
    coalesce(production.partition_start_ms, shadow.partition_start_ms) AS partition_start_ms,
    production.run_kind IS 'seeded' OR shadow.run_kind IS 'seeded' AS is_seeded,
    known.state AS state_before,
    known.outcome AS outcome_before,
    known.production_landing_id IS production.id AND known.shadow_landing_id IS shadow.id AS is_same,
    iif(
      production.id IS NULL OR shadow.id IS NULL,
      NULL,
      (
        SELECT comparison.outcome
        FROM comparison
        WHERE comparison.job = place.job
          AND comparison.partition_key = place.partition_key
          AND comparison.pairing = place.pairing
          AND comparison.production_landing_id = production.id
          AND comparison.shadow_landing_id = shadow.id
        ORDER BY comparison.position DESC
        LIMIT 1
      )
    ) AS outcome
  FROM (
    SELECT
      $job AS job,
      $pairing AS pairing,
      value ->> 0 AS partition_key,
      value ->> 1 AS deadline_ms,
      $production_table AS production_table,
      $shadow_table AS shadow_table
    FROM json_each($places)
  ) AS place
  LEFT JOIN landing AS production
    ON production.job = place.job
    AND production."table" = place.production_table
    AND production.partition_key = place.partition_key
    AND production.superseded_by IS NULL
    AND production.gone_at_ms IS NULL
  LEFT JOIN landing AS shadow
    ON shadow.job = place.job
    AND shadow."table" = place.shadow_table
    AND shadow.partition_key = place.partition_key
    AND shadow.superseded_by IS NULL
    AND shadow.gone_at_ms IS NULL
  LEFT JOIN pair AS known
    ON known.job = place.job
    AND known.pairing = place.pairing
    AND known.partition_key = place.partition_key
  WHERE production.id IS NOT NULL OR shadow.id IS NOT NULL
) AS pair_now
WHERE true
ON CONFLICT (job, pairing, partition_key) DO UPDATE
SET
  production_landing_id = excluded.production_landing_id,
  shadow_landing_id = excluded.shadow_landing_id,
  state = excluded.state,
  deadline_ms = excluded.deadline_ms,
  partition_start_ms = excluded.partition_start_ms,
  outcome = excluded.outcome,
  is_seeded = excluded.is_seeded
WHERE (
    pair.production_landing_id IS NOT excluded.production_landing_id
    OR pair.shadow_landing_id IS NOT excluded.shadow_landing_id
    OR pair.state <> excluded.state
    OR pair.deadline_ms IS NOT excluded.deadline_ms
    OR pair.partition_start_ms IS NOT excluded.partition_start_ms
    OR pair.outcome IS NOT excluded.outcome
    OR pair.is_seeded <> excluded.is_seeded
  )
  AND NOT (
    pair.state = 'compared'
    AND (excluded.production_landing_id IS NULL OR excluded.shadow_landing_id IS NULL)
    AND EXISTS (
      SELECT 1
      FROM landing
      WHERE landing.job = pair.job
        AND landing."table" = $production_table
        AND landing.partition_key = pair.partition_key
        AND landing.superseded_by IS NULL
        AND landing.id = pair.production_landing_id
    )
    AND EXISTS (
      SELECT 1
      FROM landing
      WHERE landing.job = pair.job
        AND landing."table" = $shadow_table
        AND landing.partition_key = pair.partition_key
        AND landing.superseded_by IS NULL
        AND landing.id = pair.shadow_landing_id
    )
  )
