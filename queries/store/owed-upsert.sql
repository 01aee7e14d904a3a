INSERT INTO owed (comparison_id, entry, reason, since_ms, tries, hour, tried_token, slot_id)
VALUES ($comparison_id, $entry, $reason, $now_ms, 1, $hour, $token, NULL)
ON CONFLICT (comparison_id) DO UPDATE
SET reason = excluded.reason
