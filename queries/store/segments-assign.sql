UPDATE log_segment
SET slot_id = $slot_id
WHERE slot_id IS NULL AND hour <= $hour
