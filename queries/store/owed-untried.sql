UPDATE owed
SET slot_id = NULL
WHERE slot_id = $slot_id
