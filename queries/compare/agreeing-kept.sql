-- Rows of a side in those buckets of a part that agree: as many on both sides.
SELECT coalesce(sum(row_count), 0)
FROM production_bucket SEMI JOIN (SELECT bucket FROM kept_bucket WHERE part = {{part}}) USING (bucket) ANTI JOIN differing_bucket USING (bucket)
