-- Since when every place where it was seen shows it no more.
SELECT
  max(coalesce(
    (
      SELECT min(again.compared_at_ms)
      FROM comparison AS again
      WHERE again.job = shown.job
        AND again.partition_key = shown.partition_key
        AND again.pairing = shown.pairing
        AND again.position > coalesce(seen.position, 0)
        AND again.compared_at_ms > iif(seen.position IS NULL, occurrence.seen_at_ms, -1)
        AND again.outcome <> 'inconclusive'
        AND NOT EXISTS (
          SELECT 1
          FROM occurrence AS there
          WHERE there.issue_id = $id AND there.comparison_id = again.comparison_id
        )
    ),
    (
      SELECT max(latest.logged_at_ms)
      FROM analysed_event AS latest
      WHERE latest.job = shown.job AND latest.partition_key = shown.partition_key AND latest.pairing = shown.pairing
    )
  )) AS gone_since_ms
FROM occurrence
JOIN analysed_event AS shown ON shown.comparison_id = occurrence.comparison_id
LEFT JOIN comparison AS seen ON seen.comparison_id = occurrence.comparison_id
WHERE occurrence.issue_id = $id
