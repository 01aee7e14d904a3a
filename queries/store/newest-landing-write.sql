INSERT INTO newest_landing (job, "table", partition_key, landed_at_ms, discovered_at_ms)
VALUES ($job, $table, $partition_key, $landed_at_ms, $discovered_at_ms)
ON CONFLICT (job) DO UPDATE
SET
  "table" = iif(excluded.landed_at_ms >= newest_landing.landed_at_ms, excluded."table", newest_landing."table"),
  partition_key = iif(excluded.landed_at_ms >= newest_landing.landed_at_ms, excluded.partition_key, newest_landing.partition_key),
  landed_at_ms = max(excluded.landed_at_ms, newest_landing.landed_at_ms),
  discovered_at_ms = max(excluded.discovered_at_ms, newest_landing.discovered_at_ms)
