-- Several findings of one comparison may be one issue: they add up.
INSERT INTO occurrence (issue_id, comparison_id, unit, explained, state, seen_at_ms)
VALUES ($issue_id, $comparison_id, $unit, $explained, $state, $seen_at_ms)
ON CONFLICT (issue_id, comparison_id, unit) DO UPDATE
SET explained = occurrence.explained + excluded.explained
