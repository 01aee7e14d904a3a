INSERT INTO scheduled_run (job, started_at_ms, succeeded_at_ms, failed_at_ms, trouble)
VALUES ($job, $now_ms, iif($trouble IS NULL, $now_ms, NULL), iif($trouble IS NULL, NULL, $now_ms), $trouble)
ON CONFLICT (job) DO UPDATE
SET
  succeeded_at_ms = coalesce(excluded.succeeded_at_ms, scheduled_run.succeeded_at_ms),
  failed_at_ms = coalesce(excluded.failed_at_ms, scheduled_run.failed_at_ms),
  trouble = excluded.trouble
