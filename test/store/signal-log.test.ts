import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { INTEGRITIES, LANDED_AT_SOURCES, RUN_KINDS, TABLE_ROLES } from '../../src/core/landing.ts';
import { INCONCLUSIVE_REASONS, MISMATCH_KINDS, OUTCOMES } from '../../src/core/outcome.ts';
import { SIDES } from '../../src/core/side.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import type { EngineValue } from '../../src/engine/engine.ts';
import { sql, value } from '../../src/sql/sql.ts';
import {
  type ComparisonRecord,
  FINGERPRINT_SOURCES,
  type LoggedComparison,
  TRIGGERS,
} from '../../src/store/comparison-record.ts';
import { SIGNAL_COLUMNS } from '../../src/store/signal-columns.ts';
import { type SignalLanding, signalSegment } from '../../src/store/signal-log.ts';
import { findSignals, readSignals, type SignalPart } from '../../src/store/signal-reader.ts';
import { comparisonOf, landingOf } from './signal-examples.ts';
import { freshFolders } from './temp-folder.ts';

const freshFolder = freshFolders();

function put(store: string, bytes: Uint8Array): string {
  const folder = join(store, 'logs', 'signal', 'ds=2026-11-20', 'hour=05');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 's1.parquet');
  writeFileSync(path, bytes);
  return path;
}

async function readAll(store: string): Promise<SignalPart[]> {
  const found = await findSignals(store);
  expect(found.troubles).toEqual([]);
  const parts: SignalPart[] = [];
  for await (const part of readSignals(found, openDuckdb)) parts.push(part);
  return parts;
}

async function rowsOf(path: string): Promise<Readonly<Record<string, EngineValue>>[]> {
  const engine = await openDuckdb({ files: [path], spill: null, threads: 1, memory_bytes: null });
  const { columns, rows } = await engine.run(
    sql`SELECT * FROM read_parquet(${value(path)}, hive_partitioning => false)`,
  );
  await engine.close();
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, row[i] ?? null])));
}

function withoutLandings({ landings, ...record }: LoggedComparison): ComparisonRecord {
  expect(Object.keys(landings)).toEqual(['production', 'shadow']);
  return record;
}

const hostile = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }),
  fc.constantFrom("it's", '"', '\n\t\u0001', '\u202ertl', '__proto__', '😀\uffff', '\0', 'NULL', ' '),
);
const nullable = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.option(arbitrary, { nil: null, freq: 2 });
const count = fc.maxSafeNat();
const ms = fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2199, 0) });
const measure = fc.double({ min: 0, noNaN: true, noDefaultInfinity: true });
const landing: fc.Arbitrary<SignalLanding> = fc.record({
  id: fc.stringMatching(/^[0-9a-f]{32}$/),
  job: hostile,
  table: hostile,
  table_role: fc.constantFrom(...TABLE_ROLES),
  partition_key: hostile,
  sequence: count,
  location: hostile,
  system: nullable(fc.constantFrom('legacy', 'next')),
  build: nullable(hostile),
  run_kind: nullable(fc.constantFrom(...RUN_KINDS)),
  partition_start_ms: nullable(ms),
  partition_end_ms: nullable(ms),
  due_at_ms: nullable(ms),
  landed_at_ms: ms,
  landed_at_from: fc.constantFrom(...LANDED_AT_SOURCES),
  discovered_at_ms: ms,
  files_hash: hostile,
  file_count: count,
  size_bytes: count,
  row_count: nullable(count),
  cpu_seconds: nullable(measure),
  storage_bytes: nullable(measure),
  integrity: fc.constantFrom(...INTEGRITIES),
  superseded_by: fc.constant(null),
  gone_at_ms: fc.constant(null),
  inputs: fc.array(
    fc.record({
      table_role: fc.constantFrom(...TABLE_ROLES),
      table: hostile,
      partition_key: hostile,
      landing_id: nullable(hostile),
    }),
    { maxLength: 2 },
  ),
});
const sided = <T>(arbitrary: fc.Arbitrary<T>) => fc.record({ production: arbitrary, shadow: arbitrary });
const comparison: fc.Arbitrary<LoggedComparison> = fc.record({
  comparison_id: fc.stringMatching(/^[0-9a-f]{32}$/),
  content_id: nullable(hostile),
  job: hostile,
  pairing: hostile,
  table_role: fc.constantFrom(...TABLE_ROLES),
  partition_key: hostile,
  landing_ids: sided(nullable(hostile)),
  spec: hostile,
  trigger: fc.constantFrom(...TRIGGERS),
  rechecks: nullable(hostile),
  outcome: fc.constantFrom(...OUTCOMES),
  inconclusive_reason: nullable(fc.constantFrom(...INCONCLUSIVE_REASONS)),
  kinds: fc.array(fc.constantFrom(...MISMATCH_KINDS), { maxLength: 3 }),
  row_counts: sided(nullable(count)),
  checksums: sided(nullable(hostile)),
  integrity: sided(nullable(fc.constantFrom(...INTEGRITIES))),
  differing_columns: nullable(fc.array(hostile, { maxLength: 3 })),
  agreed_rows: nullable(count),
  fingerprint_source: nullable(fc.constantFrom(...FINGERPRINT_SOURCES)),
  reference_side: fc.constantFrom(...SIDES),
  stage: nullable(hostile),
  detail: nullable(hostile),
  compared_at_ms: ms,
  seconds: measure,
  landings: sided(nullable(landing)),
});

describe('the signal log', () => {
  test('any landings and comparisons come back with every field as it was', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(landing, { maxLength: 15 }),
        fc.array(comparison, { maxLength: 15 }),
        async (landings, comparisons) => {
          const store = freshFolder();
          const path = put(store, await signalSegment(landings, comparisons));
          const expected = { path, landings, comparisons: comparisons.map(withoutLandings), quarantined: [] };
          expect(await readAll(store)).toEqual([expected]);
        },
      ),
      { numRuns: 20 },
    );
  }, 30_000);

  test('a comparison tells latency, cost and builds of both sides, and whether its agreement is evidence', async () => {
    const pair = { production: landingOf('orders', 'production', 8), shadow: landingOf('orders', 'shadow', 9) };
    const seeded = { ...pair, shadow: { ...pair.shadow, run_kind: 'seeded' as const, due_at_ms: null } };
    const path = put(freshFolder(), await signalSegment([], [comparisonOf(pair, 1), comparisonOf(seeded, 50)]));
    const [independent, copied] = await rowsOf(path);
    expect(independent).toMatchObject({
      signal_type: 'comparison',
      outcome: 'match',
      evidence: 'independent',
      logged_at: '2026-11-20 05:05:37.089',
      partition_start_at: '2026-11-19 00:00:00',
      production_system: 'legacy',
      production_build: '2310',
      production_latency_seconds: 3592,
      shadow_latency_seconds: 3591,
      shadow_cpu_seconds: 3,
      production_row_count: 1n,
      landing_id: null,
      files_hash: null,
    });
    expect(copied).toMatchObject({
      outcome: 'mismatch',
      kinds: ['checksum'],
      evidence: 'seeded',
      shadow_run_kind: 'seeded',
      shadow_latency_seconds: null,
    });
  });

  test('a landing tells where it lies, what it was made from, and nothing of comparisons', async () => {
    const inputs = [{ table_role: 'delta', table: 'w/d', partition_key: 'ds=2026-11-19', landing_id: null }] as const;
    const path = put(freshFolder(), await signalSegment([{ ...landingOf('orders', 'shadow', 9), inputs }], []));
    const [row] = await rowsOf(path);
    expect(row).toMatchObject({
      signal_type: 'landing',
      table: 'warehouse/shadow/orders',
      sequence: 1n,
      landed_at_from: 'marker',
      latency_seconds: 3591,
      inputs: JSON.stringify(inputs),
      outcome: null,
      kinds: null,
      evidence: null,
      pairing: null,
    });
  });

  test('has the declared columns and types, and holds nothing where a column is of the other kind of row', async () => {
    const pair = { production: landingOf('a', 'production', 1), shadow: landingOf('a', 'shadow', 1) };
    const path = put(freshFolder(), await signalSegment([pair.shadow], [comparisonOf(pair, 50)]));
    const rows = await rowsOf(path);
    expect(Object.keys(rows[0] ?? {})).toEqual(SIGNAL_COLUMNS.map(({ name }) => name));
    for (const row of rows) {
      for (const { name, of } of SIGNAL_COLUMNS)
        if (of !== null && of !== row.signal_type) expect(row[name]).toBe(null);
    }
  });

  test('the same records give the same bytes', async () => {
    const pair = { production: landingOf('a', 'production', 1), shadow: landingOf('a', 'shadow', 1) };
    const bytes = await signalSegment([pair.shadow], [comparisonOf(pair, 1)]);
    expect(await signalSegment([pair.shadow], [comparisonOf(pair, 1)])).toEqual(bytes);
    expect(await signalSegment([pair.production], [comparisonOf(pair, 1)])).not.toEqual(bytes);
  });

  test('a store without one has no signals; a file that is none is quarantined and stops no other', async () => {
    const store = freshFolder();
    expect(await readAll(store)).toEqual([]);
    const path = put(store, await signalSegment([landingOf('a', 'shadow', 1)], []));
    writeFileSync(join(path, '..', 'broken.parquet'), 'PAR1');
    const parts = await readAll(store);
    expect(parts.map(({ landings }) => landings.length)).toEqual([0, 1]);
    expect(parts[0]?.quarantined).toMatchObject([{ reason: expect.stringContaining('unreadable') }]);
  });
});
