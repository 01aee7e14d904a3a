SELECT id, log, path, kind, from_offset, to_offset, hour, device_inode, generation, head_hash, tail_hash
FROM log_segment
WHERE slot_id IS NULL
ORDER BY hour, id
