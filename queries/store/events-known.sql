SELECT comparison_id
FROM analysed_event
WHERE comparison_id IN (SELECT value FROM json_each($ids))
