SELECT id, log, path, kind, from_offset, to_offset, hour, device_inode, generation, head_hash, tail_hash
FROM log_segment
WHERE slot_id = $slot_id
ORDER BY hour, id
