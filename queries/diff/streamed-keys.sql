-- The keys of rows without a partner, by their hash, a row each.
SELECT unnest({{keys}}) AS key_hash FROM streamed_counts
