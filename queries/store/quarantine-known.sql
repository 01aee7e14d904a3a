SELECT log, place, reason
FROM quarantine
WHERE log = $log AND place = $place AND reason = $reason
