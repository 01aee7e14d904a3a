INSERT INTO action (actor, verb, subject, before, after, reason, at_ms)
SELECT
  'shadowcheck',
  'expire',
  comparison_id,
  json_object('inconclusive_reason', reason, 'since_ms', since_ms, 'tries', tries),
  NULL,
  'undecided for longer than the catch-up window',
  $now_ms
FROM owed
WHERE slot_id IS NULL AND tried_token = $token AND since_ms < $before_ms
ORDER BY comparison_id
