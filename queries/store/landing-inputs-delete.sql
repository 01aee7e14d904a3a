DELETE FROM landing_input
WHERE landing_id = $landing_id
