SELECT
  comparison_id, slot_id, job, partition_key, pairing, outcome, inconclusive_reason, report_path, logged_at_ms
FROM analysed_event
WHERE comparison_id = $comparison_id
