INSERT INTO slot_summary (slot_id, summary)
VALUES ($slot_id, $summary)
