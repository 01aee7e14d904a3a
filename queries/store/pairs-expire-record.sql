-- One record a job: a table's whole history may be given up at once, when only one side has it.
INSERT INTO action (actor, verb, subject, before, after, reason, at_ms)
SELECT
  'shadowcheck',
  'expire',
  job,
  json_object('state', 'pending', 'pairs', count(*), 'oldest_deadline_ms', min(deadline_ms), 'newest_deadline_ms', max(deadline_ms)),
  json_object('state', 'expired'),
  'the deadline had passed before the catch-up window',
  $now_ms
FROM pair
WHERE state = 'pending' AND job IN (SELECT value FROM json_each($jobs)) AND deadline_ms < $before_ms
GROUP BY job
ORDER BY job
