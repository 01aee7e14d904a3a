UPDATE landing
SET
  location = $location,
  system = $system,
  build = $build,
  run_kind = $run_kind,
  due_at_ms = $due_at_ms,
  landed_at_ms = $landed_at_ms,
  landed_at_from = $landed_at_from,
  row_count = $row_count,
  cpu_seconds = $cpu_seconds,
  storage_bytes = $storage_bytes,
  superseded_by = $superseded_by,
  gone_at_ms = $gone_at_ms
WHERE id_head = $id_head AND id = $id
