-- The catalog's first tables. Times are milliseconds since 1970 in UTC. Append-only: a change is a new file.
PRAGMA application_id = 1936221303;

CREATE TABLE lease (
  name TEXT PRIMARY KEY,
  holder TEXT, -- NULL: released
  token INTEGER NOT NULL, -- grows with every taking and never goes back
  expires_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE slot (
  id TEXT PRIMARY KEY,
  hour TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('claimed', 'committed', 'failed')),
  number_in_hour INTEGER NOT NULL,
  claimed_token INTEGER NOT NULL,
  committed_at_ms INTEGER,
  UNIQUE (hour, number_in_hour)
) STRICT;

CREATE TABLE log_segment (
  id TEXT PRIMARY KEY,
  log TEXT NOT NULL,
  path TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('parquet', 'jsonl')),
  from_offset INTEGER,
  to_offset INTEGER,
  hour TEXT NOT NULL,
  device_inode TEXT,
  generation INTEGER,
  head_hash TEXT,
  tail_hash TEXT,
  slot_id TEXT REFERENCES slot (id) -- NULL: not assigned yet
) STRICT;
CREATE INDEX log_segment_by_slot ON log_segment (slot_id, hour);

CREATE TABLE watermark (
  device_inode TEXT PRIMARY KEY,
  generation INTEGER NOT NULL,
  offset_bytes INTEGER NOT NULL,
  head_hash TEXT NOT NULL,
  tail_hash TEXT NOT NULL
) STRICT;

CREATE TABLE intent (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  path TEXT NOT NULL,
  logged_at_ms INTEGER NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT;

CREATE TABLE comparison (
  comparison_id TEXT PRIMARY KEY,
  slot_id TEXT NOT NULL REFERENCES slot (id),
  job TEXT NOT NULL,
  partition_key TEXT NOT NULL,
  pairing TEXT NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('match', 'match_agreed', 'mismatch', 'inconclusive')),
  inconclusive_reason TEXT,
  report_path TEXT NOT NULL,
  logged_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX comparison_by_partition ON comparison (job, partition_key, logged_at_ms);

CREATE TABLE spec (
  id TEXT PRIMARY KEY,
  spec TEXT NOT NULL, -- JSON
  first_seen_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE issue (
  id TEXT PRIMARY KEY,
  cause TEXT NOT NULL,
  title TEXT NOT NULL,
  site TEXT NOT NULL,
  shape TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('new', 'known', 'resolved', 'regressed')),
  owner TEXT,
  link TEXT,
  first_seen_ms INTEGER NOT NULL,
  last_seen_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE occurrence (
  issue_id TEXT NOT NULL REFERENCES issue (id),
  comparison_id TEXT NOT NULL REFERENCES comparison (comparison_id),
  unit TEXT NOT NULL,
  explained INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('new', 'known', 'resolved', 'regressed')),
  seen_at_ms INTEGER NOT NULL,
  PRIMARY KEY (issue_id, comparison_id, unit)
) STRICT;
CREATE INDEX occurrence_by_comparison ON occurrence (comparison_id);

CREATE TABLE action (
  id INTEGER PRIMARY KEY,
  actor TEXT NOT NULL,
  verb TEXT NOT NULL,
  subject TEXT NOT NULL,
  before TEXT, -- JSON
  after TEXT, -- JSON
  reason TEXT,
  at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE quarantine (
  slot_id TEXT NOT NULL REFERENCES slot (id),
  log TEXT NOT NULL,
  place TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (slot_id, log, place, reason)
) STRICT;
