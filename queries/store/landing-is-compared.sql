SELECT EXISTS (
  SELECT 1
  FROM comparison
  WHERE job = $job AND partition_key = $partition_key AND (production_landing_id = $id OR shadow_landing_id = $id)
) AS is_compared
