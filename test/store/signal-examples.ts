/** Landings and comparisons as the catalog gives them, for tests of our own logs. */
import { idOf } from '../../src/core/identity.ts';
import type { Side, Sided } from '../../src/core/side.ts';
import type { LoggedComparison } from '../../src/store/comparison-record.ts';
import type { SignalLanding } from '../../src/store/signal-log.ts';

export const NOW_MS = Date.UTC(2026, 10, 20, 5, 6, 7, 89);

export function landingOf(job: string, side: Side, number: number): SignalLanding {
  return {
    id: idOf('landing', job, side, number),
    job,
    table: `warehouse/${side}/${job}`,
    table_role: 'target',
    partition_key: 'ds=2026-11-19',
    sequence: 1,
    location: `/warehouse/${side}/${job}/ds=2026-11-19`,
    system: side === 'production' ? 'legacy' : 'next',
    build: side === 'production' ? '2310' : '2311',
    run_kind: 'scheduled',
    partition_start_ms: Date.UTC(2026, 10, 19),
    partition_end_ms: Date.UTC(2026, 10, 20),
    due_at_ms: NOW_MS - 7_200_000,
    landed_at_ms: NOW_MS - 3_600_000 - (number % 1000) * 1000,
    landed_at_from: 'marker',
    discovered_at_ms: NOW_MS - 60_000,
    files_hash: idOf('files', job, side, number),
    file_count: 1 + (number % 7),
    size_bytes: 1_000 + number,
    row_count: number % 3 === 0 ? null : number,
    cpu_seconds: number % 2 === 0 ? null : number / 3,
    storage_bytes: null,
    integrity: 'unverified',
    superseded_by: null,
    gone_at_ms: null,
    inputs: [],
  };
}

export function comparisonOf(pair: Sided<SignalLanding>, number: number): LoggedComparison {
  const isMatch = number % 50 !== 0;
  const checksum = (side: Side): string => idOf('checksum', number, isMatch ? null : side);
  return {
    comparison_id: idOf('comparison', pair.production.id, pair.shadow.id),
    content_id: idOf('content', number),
    job: pair.production.job,
    pairing: 'migration',
    table_role: 'target',
    partition_key: pair.production.partition_key,
    landing_ids: { production: pair.production.id, shadow: pair.shadow.id },
    spec: idOf('spec'),
    trigger: 'landing',
    rechecks: null,
    outcome: isMatch ? 'match' : 'mismatch',
    inconclusive_reason: null,
    kinds: isMatch ? [] : ['checksum'],
    row_counts: { production: number, shadow: number },
    checksums: { production: checksum('production'), shadow: checksum('shadow') },
    integrity: { production: 'unverified', shadow: 'crc_ok' },
    differing_columns: isMatch ? null : ['total'],
    agreed_rows: null,
    fingerprint_source: 'read',
    reference_side: 'production',
    stage: 'shadow',
    detail: null,
    compared_at_ms: NOW_MS - 30_000,
    seconds: 0.011,
    landings: pair,
  };
}
