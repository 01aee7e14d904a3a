INSERT INTO landing_input (landing_id, position, table_role, "table", partition_key, input_landing_id)
VALUES ($landing_id, $position, $table_role, $table, $partition_key, $input_landing_id)
