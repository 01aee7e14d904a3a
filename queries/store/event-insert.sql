-- An event has one result: what an earlier slot has committed stays, unless that left it owed to this slot.
INSERT INTO analysed_event
  (comparison_id, slot_id, job, partition_key, pairing, outcome, inconclusive_reason, report_path, logged_at_ms)
VALUES
  ($comparison_id, $slot_id, $job, $partition_key, $pairing, $outcome, $inconclusive_reason, $report_path, $logged_at_ms)
ON CONFLICT (comparison_id) DO UPDATE
SET
  slot_id = excluded.slot_id,
  outcome = excluded.outcome,
  inconclusive_reason = excluded.inconclusive_reason,
  report_path = excluded.report_path,
  logged_at_ms = excluded.logged_at_ms
WHERE EXISTS (
  SELECT 1
  FROM owed
  WHERE owed.comparison_id = excluded.comparison_id AND owed.slot_id = excluded.slot_id
)
