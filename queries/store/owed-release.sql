UPDATE owed
SET slot_id = NULL, tries = tries + 1, hour = max(hour, $hour), tried_token = $token
WHERE slot_id = $slot_id
