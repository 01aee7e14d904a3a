SELECT
  occurrence.issue_id,
  occurrence.comparison_id,
  analysed_event.job,
  analysed_event.partition_key,
  analysed_event.report_path,
  occurrence.explained,
  occurrence.unit,
  occurrence.state,
  occurrence.seen_at_ms
FROM occurrence
JOIN analysed_event USING (comparison_id)
WHERE occurrence.issue_id = $issue_id
ORDER BY occurrence.seen_at_ms DESC, occurrence.comparison_id, occurrence.unit
LIMIT $limit
