-- Two ids may share a head.
SELECT {{columns}}
FROM landing
WHERE id_head IN (SELECT CAST(value AS INTEGER) FROM json_each($heads))
  AND id IN (SELECT value FROM json_each($ids))
