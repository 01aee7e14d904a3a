UPDATE pair
SET state = 'expired'
WHERE state = 'pending' AND job IN (SELECT value FROM json_each($jobs)) AND deadline_ms < $before_ms
