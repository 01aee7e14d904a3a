-- How many buckets differ, how many rows lie in them, and what differs of the blocks of columns in any.
SELECT count(*), coalesce(sum(production_rows), 0), coalesce(sum(shadow_rows), 0){{blocks}} FROM differing_bucket
