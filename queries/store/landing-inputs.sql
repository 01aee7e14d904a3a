SELECT table_role, "table", partition_key, input_landing_id AS landing_id
FROM landing_input
WHERE landing_id = $landing_id
ORDER BY position
