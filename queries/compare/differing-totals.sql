-- How many buckets differ, how many rows lie in them, and which parts of the columns differ in any.
SELECT count(*), coalesce(sum(production_rows), 0), coalesce(sum(shadow_rows), 0){{parts}} FROM differing_bucket
