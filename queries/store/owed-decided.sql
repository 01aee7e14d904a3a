-- A superseded landing closes its entry: the comparison of the newer one is owed in its place.
DELETE FROM owed
WHERE slot_id = $slot_id
  AND comparison_id IN (
    SELECT comparison_id
    FROM analysed_event
    WHERE outcome <> 'inconclusive' OR inconclusive_reason = 'superseded'
  )
