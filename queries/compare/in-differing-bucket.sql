-- Whether a row lies in a bucket in which the sides differ.
{{bucket}} IN (SELECT bucket FROM differing_bucket)
