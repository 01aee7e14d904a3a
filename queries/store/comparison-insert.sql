INSERT INTO comparison
  (comparison_id, content_id, job, pairing, table_role, partition_key, production_landing_id, shadow_landing_id,
    spec, "trigger", rechecks, outcome, inconclusive_reason, kinds, production_row_count, shadow_row_count,
    production_checksum, shadow_checksum, production_integrity, shadow_integrity, differing_columns, agreed_rows,
    fingerprint_source, reference_side, stage, detail, compared_at_ms, seconds, segment_id)
VALUES
  ($comparison_id, $content_id, $job, $pairing, $table_role, $partition_key, $production_landing_id,
    $shadow_landing_id, $spec, $trigger, $rechecks, $outcome, $inconclusive_reason, $kinds, $production_row_count,
    $shadow_row_count, $production_checksum, $shadow_checksum, $production_integrity, $shadow_integrity,
    $differing_columns, $agreed_rows, $fingerprint_source, $reference_side, $stage, $detail, $compared_at_ms,
    $seconds, $segment_id)
ON CONFLICT (comparison_id) DO NOTHING
