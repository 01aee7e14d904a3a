SELECT
  comparison_id, slot_id, job, partition_key, pairing, outcome, inconclusive_reason, report_path, logged_at_ms
FROM analysed_event
WHERE job = $job AND ($partition_key IS NULL OR partition_key = $partition_key)
ORDER BY logged_at_ms DESC, comparison_id
LIMIT $limit
