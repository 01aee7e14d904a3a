-- What was given up and lies in the window after all: the clock had run ahead, or the window is a longer one now.
UPDATE pair
SET state = 'pending'
WHERE state = 'expired' AND job IN (SELECT value FROM json_each($jobs)) AND deadline_ms >= $before_ms
