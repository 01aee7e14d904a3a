SELECT device_inode, generation, offset_bytes, head_hash, tail_hash
FROM watermark
WHERE device_inode = $device_inode
