INSERT INTO scheduled_run (job, started_at_ms)
VALUES ($job, $now_ms)
ON CONFLICT (job) DO UPDATE
SET started_at_ms = excluded.started_at_ms
