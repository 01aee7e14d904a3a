-- Into the slot of a segment that it stands for.
INSERT INTO log_segment (id, log, path, kind, hour, slot_id)
SELECT $id, $log, $path, 'parquet', $hour, slot_id
FROM log_segment
WHERE id = $stands_for
ON CONFLICT (id) DO NOTHING
