UPDATE owed
SET slot_id = $slot_id
WHERE slot_id IS NULL AND comparison_id IN (SELECT value FROM json_each($tried))
