INSERT INTO quarantine (slot_id, log, place, reason)
VALUES ($slot_id, $log, $place, $reason)
ON CONFLICT DO NOTHING
