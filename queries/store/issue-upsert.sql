-- The latest sighting decides what the issue is called and whose it is; an older one only moves first_seen_ms. Whichever
-- it is, an issue that was gone is there again.
INSERT INTO issue (id, cause, title, site, shape, state, owner, link, first_seen_ms, last_seen_ms)
VALUES ($id, $cause, $title, $site, $shape, $state, $owner, $link, $seen_at_ms, $seen_at_ms)
ON CONFLICT (id) DO UPDATE
SET
  title = iif(excluded.last_seen_ms >= issue.last_seen_ms, excluded.title, issue.title),
  state = iif(excluded.last_seen_ms >= issue.last_seen_ms OR issue.state = 'resolved', excluded.state, issue.state),
  owner = iif(excluded.last_seen_ms >= issue.last_seen_ms, excluded.owner, issue.owner),
  link = iif(excluded.last_seen_ms >= issue.last_seen_ms, excluded.link, issue.link),
  regressed_at_ms = iif(issue.state = 'resolved' OR excluded.state = 'regressed', excluded.last_seen_ms, issue.regressed_at_ms),
  gone_since_ms = NULL,
  first_seen_ms = min(issue.first_seen_ms, excluded.first_seen_ms),
  last_seen_ms = max(issue.last_seen_ms, excluded.last_seen_ms)
