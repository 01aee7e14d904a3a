INSERT INTO action (actor, verb, subject, before, after, reason, at_ms)
SELECT
  'shadowcheck',
  'expire',
  job || '/' || partition_key,
  json_object(
    'pairing', pairing,
    'state', state,
    'deadline_ms', deadline_ms,
    'production_landing_id', production_landing_id,
    'shadow_landing_id', shadow_landing_id
  ),
  json_object('pairing', pairing, 'state', 'expired'),
  'the deadline had passed before the catch-up window',
  $now_ms
FROM pair
WHERE state = 'pending' AND job IN (SELECT value FROM json_each($jobs)) AND deadline_ms < $before_ms
ORDER BY deadline_ms, job, pairing, partition_key
