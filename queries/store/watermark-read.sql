SELECT device_inode, generation, offset_bytes, head_hash, tail_hash
FROM {{table}}
WHERE device_inode = $device_inode
