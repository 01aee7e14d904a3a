UPDATE landing
SET segment_id = $id
WHERE position IN (SELECT CAST(value AS INTEGER) FROM json_each($positions))
