SELECT
  occurrence.issue_id,
  occurrence.comparison_id,
  comparison.job,
  comparison.partition_key,
  comparison.report_path,
  occurrence.explained,
  occurrence.unit,
  occurrence.state,
  occurrence.seen_at_ms
FROM occurrence
JOIN comparison USING (comparison_id)
WHERE occurrence.issue_id = $issue_id
ORDER BY occurrence.seen_at_ms DESC, occurrence.comparison_id, occurrence.unit
LIMIT $limit
