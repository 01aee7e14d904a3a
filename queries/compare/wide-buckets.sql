-- The buckets that differ, before finer ones take their place.
CREATE OR REPLACE TEMP TABLE wide_bucket AS SELECT bucket FROM differing_bucket
