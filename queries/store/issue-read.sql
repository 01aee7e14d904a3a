SELECT id, cause, title, site, shape, state, owner, link, first_seen_ms, last_seen_ms, gone_since_ms, regressed_at_ms
FROM issue
WHERE id = $id
