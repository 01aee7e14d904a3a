-- Whether a row lies in a bucket of this part of those that are kept, or has a key of which the rows differ.
{{bucket}} IN (SELECT bucket FROM kept_bucket WHERE part = {{part}})
OR hash({{key}}) IN (SELECT unnest(list_concat(list_concat(changed_keys, production_keys), shadow_keys)) FROM streamed_counts)
