-- Hashes that only one side has, each as often as there: joined in half the time of counting the copies of all.
CREATE OR REPLACE TEMP TABLE differing_hash AS
SELECT coalesce(p.h, s.h) AS h, p.h IS NOT NULL AS is_production
FROM production_hash AS p FULL JOIN shadow_hash AS s ON p.h = s.h
WHERE p.h IS NULL OR s.h IS NULL
