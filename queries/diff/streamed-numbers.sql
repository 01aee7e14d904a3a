-- What was counted last.
SELECT * EXCLUDE (differing_keys, part) FROM streamed_counts WHERE part = {{part}}
