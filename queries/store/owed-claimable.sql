SELECT count(*) AS entries, max(hour) AS newest_hour
FROM owed
WHERE slot_id IS NULL AND hour <= $hour AND tried_token < $token
