-- What was counted last.
SELECT * EXCLUDE (production_keys, shadow_keys, changed_keys, part) FROM streamed_counts WHERE part = {{part}}
