-- Whether a row is one of those that are kept.
{{row_hash}} IN (SELECT h FROM kept_hash)
