-- How many buckets differ, how many rows lie in them, and which groups of columns differ in any.
SELECT count(*), coalesce(sum(production_rows), 0), coalesce(sum(shadow_rows), 0){{groups}} FROM differing_bucket
