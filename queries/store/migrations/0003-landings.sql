-- Landings, the pairs that they stand in, and their comparisons. What was called a comparison before is an event of a
-- mismatch log that was analysed; SQLite carries the new name into the tables that refer to it.
ALTER TABLE comparison RENAME TO analysed_event;
DROP INDEX comparison_by_partition;
CREATE INDEX analysed_event_by_partition ON analysed_event (job, partition_key, logged_at_ms);
CREATE INDEX analysed_event_by_slot ON analysed_event (slot_id);

-- A first look at 20,000 jobs writes 1.2 million of these. An index over ids, whose order is random, made a landing cost
-- 20 instead of 8 microseconds; one over their first 32 bits is so much smaller that it is 10.
CREATE TABLE landing (
  position INTEGER PRIMARY KEY, -- grows as landings are recorded
  id TEXT NOT NULL,
  id_head INTEGER NOT NULL, -- the first 8 hexadecimal digits of the id
  job TEXT NOT NULL,
  "table" TEXT NOT NULL,
  table_role TEXT NOT NULL,
  partition_key TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  location TEXT NOT NULL,
  system TEXT,
  build TEXT,
  run_kind TEXT,
  partition_start_ms INTEGER,
  partition_end_ms INTEGER,
  due_at_ms INTEGER,
  landed_at_ms INTEGER NOT NULL,
  landed_at_from TEXT NOT NULL,
  discovered_at_ms INTEGER NOT NULL,
  files_hash TEXT NOT NULL,
  file_count INTEGER NOT NULL,
  size_bytes INTEGER NOT NULL,
  row_count INTEGER,
  cpu_seconds REAL,
  storage_bytes REAL,
  integrity TEXT NOT NULL,
  superseded_by TEXT, -- NULL: the current one of its partition
  gone_at_ms INTEGER,
  segment_id TEXT, -- of our own logs; NULL: not logged yet
  UNIQUE (job, "table", partition_key, sequence)
) STRICT;
CREATE INDEX landing_by_id ON landing (id_head);
CREATE INDEX landing_seeded ON landing (id) WHERE run_kind = 'seeded';
CREATE INDEX landing_unlogged ON landing (position) WHERE segment_id IS NULL;

CREATE TABLE landing_input (
  landing_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  table_role TEXT NOT NULL,
  "table" TEXT NOT NULL,
  partition_key TEXT NOT NULL,
  input_landing_id TEXT,
  PRIMARY KEY (landing_id, position)
) STRICT;

-- The landing that was found last, so that nobody has to look for it among all of a job.
CREATE TABLE newest_landing (
  job TEXT PRIMARY KEY,
  "table" TEXT NOT NULL,
  partition_key TEXT NOT NULL,
  landed_at_ms INTEGER NOT NULL,
  discovered_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE pair (
  job TEXT NOT NULL,
  pairing TEXT NOT NULL,
  partition_key TEXT NOT NULL,
  production_landing_id TEXT,
  shadow_landing_id TEXT,
  state TEXT NOT NULL CHECK (state IN ('pending', 'owed', 'compared', 'missing', 'expired')),
  deadline_ms INTEGER,
  partition_start_ms INTEGER, -- as its landings say
  outcome TEXT, -- of the last comparison of these two landings
  is_seeded INTEGER NOT NULL DEFAULT 0, -- 1: one of these landings is a copy of the other system's
  PRIMARY KEY (job, pairing, partition_key)
) STRICT;
CREATE INDEX pair_owed ON pair (job, partition_start_ms) WHERE state = 'owed';
CREATE INDEX pair_pending ON pair (job, deadline_ms) WHERE state = 'pending';
CREATE INDEX pair_expired ON pair (job, deadline_ms) WHERE state = 'expired';

-- Counted as the pairs change: health checks and the list of jobs ask often, and would count a million rows each time.
CREATE TABLE pair_tally (
  job TEXT NOT NULL,
  state TEXT NOT NULL,
  outcome TEXT NOT NULL, -- '': none
  is_seeded INTEGER NOT NULL,
  pairs INTEGER NOT NULL,
  PRIMARY KEY (job, state, outcome, is_seeded)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER pair_is_new AFTER INSERT ON pair
BEGIN
  INSERT INTO pair_tally (job, state, outcome, is_seeded, pairs)
  VALUES (new.job, new.state, coalesce(new.outcome, ''), new.is_seeded, 1)
  ON CONFLICT DO UPDATE SET pairs = pairs + 1;
END;

CREATE TRIGGER pair_changes AFTER UPDATE ON pair
WHEN old.state IS NOT new.state OR old.outcome IS NOT new.outcome OR old.is_seeded IS NOT new.is_seeded
BEGIN
  UPDATE pair_tally
  SET pairs = pairs - 1
  WHERE job = old.job AND state = old.state AND outcome = coalesce(old.outcome, '') AND is_seeded = old.is_seeded;
  INSERT INTO pair_tally (job, state, outcome, is_seeded, pairs)
  VALUES (new.job, new.state, coalesce(new.outcome, ''), new.is_seeded, 1)
  ON CONFLICT DO UPDATE SET pairs = pairs + 1;
END;

CREATE TRIGGER pair_goes AFTER DELETE ON pair
BEGIN
  UPDATE pair_tally
  SET pairs = pairs - 1
  WHERE job = old.job AND state = old.state AND outcome = coalesce(old.outcome, '') AND is_seeded = old.is_seeded;
END;

CREATE TABLE comparison (
  position INTEGER PRIMARY KEY, -- grows as comparisons are recorded, whatever the clock does
  comparison_id TEXT NOT NULL UNIQUE,
  content_id TEXT,
  job TEXT NOT NULL,
  pairing TEXT NOT NULL,
  table_role TEXT NOT NULL,
  partition_key TEXT NOT NULL,
  production_landing_id TEXT,
  shadow_landing_id TEXT,
  spec TEXT NOT NULL,
  "trigger" TEXT NOT NULL CHECK ("trigger" IN ('landing', 'deadline', 'request')),
  rechecks TEXT,
  outcome TEXT NOT NULL CHECK (outcome IN ('match', 'match_agreed', 'mismatch', 'inconclusive')),
  inconclusive_reason TEXT,
  kinds TEXT NOT NULL, -- JSON
  production_row_count INTEGER,
  shadow_row_count INTEGER,
  production_checksum TEXT,
  shadow_checksum TEXT,
  production_integrity TEXT,
  shadow_integrity TEXT,
  differing_columns TEXT, -- JSON
  agreed_rows INTEGER,
  fingerprint_source TEXT,
  reference_side TEXT NOT NULL,
  stage TEXT,
  detail TEXT, -- JSON
  compared_at_ms INTEGER NOT NULL,
  seconds REAL NOT NULL,
  segment_id TEXT -- of our own logs; NULL: not logged yet
) STRICT;
CREATE INDEX comparison_by_partition ON comparison (job, partition_key, pairing);
CREATE INDEX comparison_unlogged ON comparison (position) WHERE segment_id IS NULL;

-- Counted as they are recorded: 2 million of them take longer to count than a scrape may.
CREATE TABLE comparison_tally (
  outcome TEXT PRIMARY KEY,
  comparisons INTEGER NOT NULL,
  last_compared_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER comparison_is_new AFTER INSERT ON comparison
BEGIN
  INSERT INTO comparison_tally (outcome, comparisons, last_compared_ms)
  VALUES (new.outcome, 1, new.compared_at_ms)
  ON CONFLICT DO UPDATE SET
    comparisons = comparisons + 1,
    last_compared_ms = max(last_compared_ms, excluded.last_compared_ms);
END;

-- Rows are assigned to a segment before it is written; a segment that was claimed and not published is written again.
CREATE TABLE own_segment (
  id TEXT PRIMARY KEY,
  logged_at_ms INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('claimed', 'published')),
  held TEXT -- JSON: the ids of its rows, until it is published
) STRICT;
CREATE INDEX own_segment_claimed ON own_segment (logged_at_ms) WHERE state = 'claimed';

-- Sums that go beyond 2^53 stand as text.
CREATE TABLE file_fingerprint (
  job TEXT NOT NULL,
  "table" TEXT NOT NULL,
  partition_key TEXT NOT NULL,
  file TEXT NOT NULL,
  form TEXT NOT NULL,
  identity TEXT NOT NULL,
  row_count TEXT NOT NULL,
  low_sum TEXT NOT NULL,
  high_sum TEXT NOT NULL,
  is_told INTEGER NOT NULL,
  PRIMARY KEY (job, "table", partition_key, file, form)
) STRICT, WITHOUT ROWID;

CREATE TABLE table_stamp (
  job TEXT NOT NULL,
  "table" TEXT NOT NULL,
  stamp TEXT NOT NULL,
  partition_count INTEGER NOT NULL,
  PRIMARY KEY (job, "table")
) STRICT, WITHOUT ROWID;

CREATE TABLE telling (
  id TEXT PRIMARY KEY,
  job TEXT NOT NULL,
  partition_key TEXT NOT NULL,
  origin TEXT NOT NULL,
  told TEXT NOT NULL, -- JSON
  told_at_ms INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('told', 'landed', 'waiting', 'overtaken', 'refused')),
  reason TEXT
) STRICT;
CREATE INDEX telling_landed ON telling (job, partition_key) WHERE state = 'landed';
CREATE INDEX telling_open ON telling (job, told_at_ms) WHERE state IN ('told', 'waiting');
CREATE INDEX telling_unlanded ON telling (state) WHERE state NOT IN ('landed', 'overtaken');

-- How the scheduled jobs do, by whichever process.
CREATE TABLE scheduled_run (
  job TEXT PRIMARY KEY,
  started_at_ms INTEGER NOT NULL,
  succeeded_at_ms INTEGER,
  failed_at_ms INTEGER,
  trouble TEXT
) STRICT, WITHOUT ROWID;

-- An issue that is gone, and one that came back: a known one that came back is called known, and this tells the rest.
ALTER TABLE issue ADD COLUMN gone_since_ms INTEGER; -- NULL: it is there
ALTER TABLE issue ADD COLUMN regressed_at_ms INTEGER; -- when it came back last; NULL: never
