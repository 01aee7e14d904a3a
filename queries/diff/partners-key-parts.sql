-- The parts to be worked off, and the keys and rows of those groups that are too large for it.
SELECT list(DISTINCT part ORDER BY part) FILTER (WHERE part >= 0),
  count(*) FILTER (WHERE part < 0), coalesce(sum(row_count) FILTER (WHERE part < 0), 0)
FROM key_groups
