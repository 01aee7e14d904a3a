/** Landings, pairs and comparisons of a job `orders`, as short as a test can say them. */
import { idOf } from '../../src/core/identity.ts';
import type { Catalog } from '../../src/store/catalog.ts';
import type { ComparisonRecord } from '../../src/store/comparison-record.ts';
import type { FoundLanding, LookRecord, PairPlace } from '../../src/store/landing-record.ts';
import type { Lease } from '../../src/store/leases.ts';

export const NOW = Date.UTC(2026, 10, 20, 5);
export const DAY_MS = 86_400_000;
export const TABLES = { production: 'warehouse/production/orders', shadow: 'warehouse/shadow/orders' } as const;
export type TableName = keyof typeof TABLES;

export function taken(catalog: Catalog, name = 'compare', now_ms = NOW): Lease {
  const lease = catalog.takeLease(name, 'me', now_ms, 1000);
  if (lease === null) throw new Error('the lease was not free');
  return lease;
}

export function found(side: TableName, files_hash: string, more: Partial<FoundLanding> = {}): FoundLanding {
  const job = more.job ?? 'orders';
  const partition_key = more.partition_key ?? 'ds=2026-11-19';
  const start = Date.parse(`${partition_key.slice(3, 13)}T00:00:00Z`);
  return {
    job,
    table: TABLES[side],
    table_role: 'target',
    partition_key,
    location: `/data/${TABLES[side]}/${partition_key}`,
    system: side === 'production' ? 'legacy' : 'next',
    build: null,
    run_kind: null,
    partition_start_ms: Number.isNaN(start) ? null : start,
    partition_end_ms: Number.isNaN(start) ? null : start + DAY_MS,
    due_at_ms: null,
    landed_at_ms: NOW - 1000,
    landed_at_from: 'mtime',
    files_hash,
    file_count: 1,
    size_bytes: 100,
    row_count: null,
    cpu_seconds: null,
    storage_bytes: null,
    integrity: 'unverified',
    inputs: [],
    ...more,
  };
}

export function place(more: Partial<PairPlace> = {}): PairPlace {
  const where = { job: 'orders', pairing: 'migration', partition_key: 'ds=2026-11-19', tables: TABLES };
  return { ...where, deadline_ms: NOW + DAY_MS, ...more };
}

export function look(more: Partial<LookRecord>): LookRecord {
  const places = new Map<string, PairPlace>();
  for (const { job, partition_key } of [...(more.found ?? []), ...(more.gone ?? [])]) {
    places.set(`${job} ${partition_key}`, place({ job, partition_key }));
  }
  return { found: [], gone: [], pairs: [...places.values()], stamps: [], told: [], ...more };
}

export function gone(side: TableName, partition_key = 'ds=2026-11-19'): LookRecord['gone'][number] {
  return { job: 'orders', table: TABLES[side], partition_key };
}

/** Of the pair as it stands. */
export function compared(
  catalog: Catalog,
  more: Partial<ComparisonRecord> = {},
  partition_key = more.partition_key ?? 'ds=2026-11-19',
): ComparisonRecord {
  const job = more.job ?? 'orders';
  const pair = catalog.pairOf(job, 'migration', partition_key);
  const landing_ids = more.landing_ids ?? {
    production: pair?.landings.production?.id ?? null,
    shadow: pair?.landings.shadow?.id ?? null,
  };
  const trigger = more.trigger ?? 'landing';
  return {
    comparison_id: idOf('comparison', job, landing_ids.production, landing_ids.shadow, trigger, more.rechecks ?? null),
    content_id: null,
    job,
    pairing: 'migration',
    table_role: 'target',
    partition_key,
    landing_ids,
    spec: 'spec',
    trigger,
    rechecks: null,
    outcome: 'match',
    inconclusive_reason: null,
    kinds: [],
    row_counts: { production: 10, shadow: 10 },
    checksums: { production: 'a', shadow: 'a' },
    integrity: { production: 'unverified', shadow: 'crc_ok' },
    differing_columns: null,
    agreed_rows: null,
    fingerprint_source: 'read',
    reference_side: 'production',
    stage: null,
    detail: null,
    compared_at_ms: NOW,
    seconds: 0.25,
    ...more,
  };
}
