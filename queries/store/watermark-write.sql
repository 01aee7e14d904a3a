INSERT INTO {{table}} (device_inode, generation, offset_bytes, head_hash, tail_hash)
VALUES ($device_inode, $generation, $offset_bytes, $head_hash, $tail_hash)
ON CONFLICT (device_inode) DO UPDATE
SET
  generation = excluded.generation,
  offset_bytes = excluded.offset_bytes,
  head_hash = excluded.head_hash,
  tail_hash = excluded.tail_hash
