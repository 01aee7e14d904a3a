-- The hour is that of the slot whose report tells the entry; a look that gave nothing new has none.
UPDATE owed
SET
  slot_id = NULL,
  tries = tries + 1,
  tried_token = $token,
  hour = (
    SELECT slot.hour
    FROM analysed_event
    JOIN slot ON slot.id = analysed_event.slot_id
    WHERE analysed_event.comparison_id = owed.comparison_id
  )
WHERE slot_id = $slot_id
