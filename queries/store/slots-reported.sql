SELECT slot.id, slot_summary.summary
FROM slot
LEFT JOIN slot_summary ON slot_summary.slot_id = slot.id
WHERE slot.state = 'committed' AND slot.is_empty = 0
ORDER BY slot.hour DESC, slot.number_in_hour DESC
LIMIT $limit
