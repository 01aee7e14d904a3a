-- Issues that are gone: in every place where one was seen, the newest look is a newer one, it is decided, and it does not
-- show the issue. NOT EXISTS ends at the first place where that is not so. A place where nothing of ours was compared (the
-- log is somebody else's) is judged by its newest analysed event.
-- With $at_any_time, as of the moment when the last of the places had matched again, though nobody asked then.
WITH matched_again AS NOT MATERIALIZED (
  SELECT
    occurrence.issue_id,
    (
      SELECT min(again.position)
      FROM comparison AS again
      WHERE again.job = shown.job
        AND again.partition_key = shown.partition_key
        AND again.pairing = shown.pairing
        AND again.position > seen.position
        AND again.outcome IN ('match', 'match_agreed')
        AND NOT EXISTS (
          SELECT 1
          FROM landing
          WHERE landing.run_kind = 'seeded' AND landing.id IN (again.production_landing_id, again.shadow_landing_id)
        )
    ) AS position -- NULL: not yet
  FROM occurrence
  JOIN analysed_event AS shown ON shown.comparison_id = occurrence.comparison_id
  LEFT JOIN comparison AS seen ON seen.comparison_id = occurrence.comparison_id
), candidate AS MATERIALIZED (
  SELECT
    issue.id,
    issue.state,
    iif(
      $at_any_time = 1,
      (SELECT max(matched_again.position) FROM matched_again WHERE matched_again.issue_id = issue.id),
      9223372036854775807
    ) AS until_position
  FROM issue
  WHERE ($at_any_time = 1 OR issue.state <> 'resolved')
    AND ($ids IS NULL OR issue.id IN (SELECT value FROM json_each($ids)))
    AND NOT EXISTS (
      SELECT 1
      FROM matched_again
      WHERE $at_any_time = 1 AND matched_again.issue_id = issue.id AND matched_again.position IS NULL
    )
)
SELECT candidate.id, candidate.state
FROM candidate
WHERE NOT EXISTS (
  SELECT 1
  FROM occurrence
  JOIN analysed_event AS shown ON shown.comparison_id = occurrence.comparison_id
  LEFT JOIN comparison AS seen ON seen.comparison_id = occurrence.comparison_id
  LEFT JOIN comparison AS newest
    ON newest.position = (
      SELECT max(comparison.position)
      FROM comparison
      WHERE comparison.job = shown.job
        AND comparison.partition_key = shown.partition_key
        AND comparison.pairing = shown.pairing
        AND comparison.position <= candidate.until_position
    )
  LEFT JOIN analysed_event AS analysed
    ON analysed.comparison_id = coalesce(
      newest.comparison_id,
      (
        SELECT latest.comparison_id
        FROM analysed_event AS latest
        WHERE latest.job = shown.job
          AND latest.partition_key = shown.partition_key
          AND latest.pairing = shown.pairing
        ORDER BY latest.logged_at_ms DESC, latest.rowid DESC
        LIMIT 1
      )
    )
  WHERE occurrence.issue_id = candidate.id
    AND (
      CASE
        WHEN newest.position IS NULL THEN analysed.comparison_id <> occurrence.comparison_id
        WHEN seen.position IS NULL THEN newest.compared_at_ms > occurrence.seen_at_ms
        ELSE newest.position > seen.position
      END
      -- A mismatch has to be analysed before anybody knows what it shows.
      AND coalesce(analysed.outcome, iif(newest.outcome = 'mismatch', 'inconclusive', newest.outcome)) <> 'inconclusive'
      -- A missing partition shows nothing, and the agreement of a copy proves nothing.
      AND (newest.position IS NULL OR newest.production_landing_id IS NOT NULL AND newest.shadow_landing_id IS NOT NULL)
      AND NOT EXISTS (
        SELECT 1
        FROM landing
        WHERE landing.run_kind = 'seeded' AND landing.id IN (newest.production_landing_id, newest.shadow_landing_id)
      )
      AND NOT EXISTS (
        SELECT 1
        FROM occurrence AS there
        WHERE there.issue_id = candidate.id
          AND there.comparison_id = coalesce(newest.comparison_id, analysed.comparison_id)
      )
    ) IS NOT TRUE
)
ORDER BY candidate.id
