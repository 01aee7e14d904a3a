-- The hour is that of the slot whose report tells the entry; a look that gave nothing new has none.
UPDATE owed
SET
  slot_id = NULL,
  tries = tries + 1,
  tried_token = $token,
  hour = (
    SELECT slot.hour
    FROM comparison
    JOIN slot ON slot.id = comparison.slot_id
    WHERE comparison.comparison_id = owed.comparison_id
  )
WHERE slot_id = $slot_id
