INSERT INTO log_segment
  (id, log, path, kind, from_offset, to_offset, hour, device_inode, generation, head_hash, tail_hash)
VALUES
  ($id, $log, $path, $kind, $from_offset, $to_offset, $hour, $device_inode, $generation, $head_hash, $tail_hash)
ON CONFLICT (id) DO NOTHING
