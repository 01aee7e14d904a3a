SELECT entry, reason, since_ms, tries
FROM owed
WHERE slot_id = $slot_id
ORDER BY comparison_id
