INSERT INTO landing
  (id, id_head, job, "table", table_role, partition_key, sequence, location, system, build, run_kind,
    partition_start_ms, partition_end_ms, due_at_ms, landed_at_ms, landed_at_from, discovered_at_ms, files_hash,
    file_count, size_bytes, row_count, cpu_seconds, storage_bytes, integrity, superseded_by, gone_at_ms, segment_id)
VALUES
  ($id, $id_head, $job, $table, $table_role, $partition_key, $sequence, $location, $system, $build, $run_kind,
    $partition_start_ms, $partition_end_ms, $due_at_ms, $landed_at_ms, $landed_at_from, $discovered_at_ms, $files_hash,
    $file_count, $size_bytes, $row_count, $cpu_seconds, $storage_bytes, $integrity, $superseded_by, $gone_at_ms, $segment_id)
ON CONFLICT (job, "table", partition_key, sequence) DO NOTHING
