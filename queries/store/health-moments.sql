SELECT
  (SELECT max(discovered_at_ms) FROM newest_landing) AS last_landing_ms,
  (SELECT max(last_compared_ms) FROM comparison_tally) AS last_comparison_ms,
  (SELECT max(committed_at_ms) FROM slot WHERE state = 'committed') AS last_slot_ms,
  (
    SELECT min(hour)
    FROM (
      SELECT min(hour) AS hour
      FROM log_segment
      WHERE slot_id IS NULL
      UNION ALL
      SELECT (SELECT min(log_segment.hour) FROM log_segment WHERE log_segment.slot_id = slot.id) AS hour
      FROM slot
      WHERE slot.state = 'claimed' -- one that failed was given up: it has no report, and waits for none
    )
  ) AS oldest_hour,
  (SELECT count(*) FROM owed) AS undecided
