UPDATE telling
SET state = $state, reason = $reason
WHERE id = $id
