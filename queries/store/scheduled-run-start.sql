INSERT INTO scheduled_run (job, part, started_at_ms)
VALUES ($job, $part, $now_ms)
ON CONFLICT (job, part) DO UPDATE
SET started_at_ms = excluded.started_at_ms
