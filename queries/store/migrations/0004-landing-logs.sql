-- How far the landing logs of others are read. Apart from the segments of mismatch logs, which wait for a slot.
CREATE TABLE told_segment (
  id TEXT PRIMARY KEY,
  path TEXT NOT NULL
) STRICT;

CREATE TABLE told_watermark (
  device_inode TEXT PRIMARY KEY,
  generation INTEGER NOT NULL,
  offset_bytes INTEGER NOT NULL,
  head_hash TEXT NOT NULL,
  tail_hash TEXT NOT NULL
) STRICT;
