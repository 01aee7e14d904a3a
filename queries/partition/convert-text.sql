COPY (
  SELECT {{columns}}
  {{rows}}
) TO $target (FORMAT parquet)
