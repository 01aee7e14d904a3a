-- An event is analysed once: what an earlier slot has committed stays.
INSERT INTO comparison
  (comparison_id, slot_id, job, partition_key, pairing, outcome, inconclusive_reason, report_path, logged_at_ms)
VALUES
  ($comparison_id, $slot_id, $job, $partition_key, $pairing, $outcome, $inconclusive_reason, $report_path, $logged_at_ms)
ON CONFLICT (comparison_id) DO NOTHING
