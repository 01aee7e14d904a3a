-- Entries that could not be decided stay owed; slots count their failures and keep what the index page needs of them.
CREATE TABLE owed (
  comparison_id TEXT PRIMARY KEY REFERENCES comparison (comparison_id),
  entry TEXT NOT NULL, -- JSON: what is needed to look again
  reason TEXT NOT NULL,
  since_ms INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  hour TEXT NOT NULL, -- of the slot whose report tells it
  tried_token INTEGER NOT NULL, -- of the lease of the run that looked last
  slot_id TEXT REFERENCES slot (id) -- the slot that looks again; NULL: none
) STRICT;
CREATE INDEX owed_by_slot ON owed (slot_id);

-- What earlier versions left undecided is owed too.
INSERT INTO owed (comparison_id, entry, reason, since_ms, tries, hour, tried_token, slot_id)
SELECT
  comparison.comparison_id,
  json_object(
    'comparison_id', comparison.comparison_id,
    'job', comparison.job,
    'partition_key', comparison.partition_key,
    'pairing', comparison.pairing,
    'logged_at', strftime('%Y-%m-%dT%H:%M:%fZ', comparison.logged_at_ms / 1000.0, 'unixepoch'),
    'builds', json_object('production', NULL, 'shadow', NULL),
    'reference_side', NULL
  ),
  comparison.inconclusive_reason,
  comparison.logged_at_ms,
  1,
  slot.hour,
  0,
  NULL
FROM comparison
JOIN slot ON slot.id = comparison.slot_id
WHERE comparison.outcome = 'inconclusive'
  AND comparison.inconclusive_reason IS NOT NULL
  AND comparison.inconclusive_reason <> 'superseded';

ALTER TABLE slot ADD COLUMN failed_tries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE slot ADD COLUMN trouble TEXT; -- of the last failed try
ALTER TABLE slot ADD COLUMN is_empty INTEGER NOT NULL DEFAULT 0; -- 1: nothing was new in it, so it has no report

CREATE TABLE slot_summary (
  slot_id TEXT PRIMARY KEY REFERENCES slot (id),
  summary TEXT NOT NULL -- JSON
) STRICT;

DELETE FROM quarantine
WHERE rowid NOT IN (SELECT min(rowid) FROM quarantine GROUP BY log, place, reason);
CREATE UNIQUE INDEX quarantine_once ON quarantine (log, place, reason);
