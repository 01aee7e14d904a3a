SELECT log_segment.id
FROM log_segment
JOIN slot ON slot.id = log_segment.slot_id
WHERE slot.state = 'committed' AND log_segment.id IN (SELECT value FROM json_each($ids))
