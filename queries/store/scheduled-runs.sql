SELECT job, started_at_ms, succeeded_at_ms, failed_at_ms, trouble
FROM scheduled_run
ORDER BY job
