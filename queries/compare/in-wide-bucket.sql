-- Whether a row lies in a bucket that differed.
{{bucket}} IN (SELECT bucket FROM wide_bucket)
