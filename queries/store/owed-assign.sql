-- The run's token keeps a run from trying the same entry twice; the hour keeps the newer result in the newer slot.
UPDATE owed
SET slot_id = $slot_id
WHERE slot_id IS NULL AND hour <= $hour AND tried_token < $token
