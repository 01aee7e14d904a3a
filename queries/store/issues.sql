SELECT id, cause, title, site, shape, state, owner, link, first_seen_ms, last_seen_ms
FROM issue
ORDER BY last_seen_ms DESC, id
