-- The latest sighting decides what the issue is called and whose it is; an older one only moves first_seen_ms.
INSERT INTO issue (id, cause, title, site, shape, state, owner, link, first_seen_ms, last_seen_ms)
VALUES ($id, $cause, $title, $site, $shape, $state, $owner, $link, $seen_at_ms, $seen_at_ms)
ON CONFLICT (id) DO UPDATE
SET
  title = iif(excluded.last_seen_ms >= issue.last_seen_ms, excluded.title, issue.title),
  state = iif(excluded.last_seen_ms >= issue.last_seen_ms, excluded.state, issue.state),
  owner = iif(excluded.last_seen_ms >= issue.last_seen_ms, excluded.owner, issue.owner),
  link = iif(excluded.last_seen_ms >= issue.last_seen_ms, excluded.link, issue.link),
  first_seen_ms = min(issue.first_seen_ms, excluded.first_seen_ms),
  last_seen_ms = max(issue.last_seen_ms, excluded.last_seen_ms)
