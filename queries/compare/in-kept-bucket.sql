-- Whether a row lies in a bucket of this part of those that are kept.
{{bucket}} IN (SELECT bucket FROM kept_bucket WHERE part = {{part}})
