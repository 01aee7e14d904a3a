INSERT INTO action (actor, verb, subject, before, after, reason, at_ms)
VALUES (
  'shadowcheck',
  'resolve',
  $id,
  json_object('state', $state),
  json_object('state', 'resolved', 'gone_since_ms', $gone_since_ms),
  'every partition where it was seen was compared again without it',
  $now_ms
)
