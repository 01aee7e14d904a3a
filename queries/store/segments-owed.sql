SELECT count(*) AS segments
FROM log_segment
WHERE slot_id IS NULL AND hour <= $hour
