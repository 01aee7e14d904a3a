SELECT landing_id AS "of", table_role, "table", partition_key, input_landing_id AS landing_id
FROM landing_input
WHERE landing_id IN (SELECT value FROM json_each($ids))
ORDER BY landing_id, position
