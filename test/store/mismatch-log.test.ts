import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { INTEGRITIES } from '../../src/core/landing.ts';
import type { LoggedSide, Mismatch } from '../../src/core/mismatch.ts';
import { INCONCLUSIVE_REASONS, MISMATCH_KINDS } from '../../src/core/outcome.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import type { EngineValue } from '../../src/engine/engine.ts';
import { sql, value } from '../../src/sql/sql.ts';
import { type DebugRow, debugSegment } from '../../src/store/debug-log.ts';
import type { LogSegment } from '../../src/store/log-segments.ts';
import { mismatchSegment, segmentPath } from '../../src/store/mismatch-log.ts';
import { readSegment } from '../../src/store/mismatch-reader.ts';
import { freshFolders } from './temp-folder.ts';

const freshFolder = freshFolders();

const NO_SIDE: LoggedSide = {
  landing_id: null,
  system: null,
  build: null,
  run_kind: null,
  location: null,
  row_count: null,
  checksum: null,
  landed_at: null,
  due_at: null,
  size_bytes: null,
  cpu_seconds: null,
  storage_bytes: null,
  integrity: null,
};

const ENTRY: Mismatch = {
  comparison_id: 'c1',
  content_id: null,
  logged_at: new Date('2026-11-20T05:06:07.089Z'),
  job: 'orders',
  pairing: 'migration',
  table_role: 'target',
  partition_key: 'ds=2026-11-20',
  outcome: 'mismatch',
  inconclusive_reason: null,
  kinds: [],
  stage: null,
  production: NO_SIDE,
  shadow: NO_SIDE,
  reference_side: null,
  spec: null,
  differing_columns: null,
  detail: null,
};

async function readBack(bytes: Uint8Array): Promise<{ entries: readonly Mismatch[]; rows: EngineValue[][] }> {
  const path = join(freshFolder(), 'segment.parquet');
  writeFileSync(path, bytes);
  const place = { id: 's', log: 'log', path, kind: 'parquet', hour: '2026-11-20T05' } as const;
  const segment: LogSegment = { ...place, from_offset: null, to_offset: null, file: null };
  const { entries, quarantined } = await readSegment(segment, openDuckdb);
  expect(quarantined).toEqual([]);
  const engine = await openDuckdb({ files: [path], spill: null, threads: 1, memory_bytes: null });
  const { rows } = await engine.run(sql`SELECT * FROM read_parquet(${value(path)})`);
  await engine.close();
  return { entries, rows: rows.map((row) => [...row]) };
}

const hostile = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }),
  fc.constantFrom("it's", '"', '\n\t\u0001', '\u202ertl', '__proto__', '😀\uffff', '\0', 'a'.repeat(900), ' '),
);
const nullable = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.option(arbitrary, { nil: null, freq: 2 });
const count = fc.bigInt({ min: 0n, max: 2n ** 53n - 1n });
const time = fc.date({ min: new Date('1990-01-01'), max: new Date('2199-12-31'), noInvalidDate: true });
const measure = fc.double({ min: 0, noNaN: true, noDefaultInfinity: true });
const side: fc.Arbitrary<LoggedSide> = fc.record({
  landing_id: nullable(hostile),
  system: nullable(fc.constantFrom('legacy', 'next')),
  build: nullable(hostile),
  run_kind: nullable(hostile),
  location: nullable(hostile),
  row_count: nullable(count),
  checksum: nullable(hostile),
  landed_at: nullable(time),
  due_at: nullable(time),
  size_bytes: nullable(count),
  cpu_seconds: nullable(measure),
  storage_bytes: nullable(measure),
  integrity: nullable(fc.constantFrom(...INTEGRITIES)),
});
const entry: fc.Arbitrary<Mismatch> = fc.record({
  comparison_id: fc.stringMatching(/^[\w-]{1,64}$/),
  content_id: nullable(hostile),
  logged_at: time,
  job: hostile,
  pairing: hostile,
  table_role: hostile,
  partition_key: fc.constantFrom('', 'ds=2026-11-20', 'ds=2026-11-20/hour=05', 'country=__HIVE_DEFAULT_PARTITION__'),
  outcome: fc.constantFrom('mismatch', 'inconclusive'),
  inconclusive_reason: nullable(fc.constantFrom(...INCONCLUSIVE_REASONS)),
  kinds: fc.array(fc.constantFrom(...MISMATCH_KINDS), { maxLength: 5 }),
  stage: nullable(hostile),
  production: side,
  shadow: side,
  reference_side: nullable(fc.constantFrom('production', 'shadow')),
  spec: nullable(hostile),
  differing_columns: nullable(fc.array(hostile, { maxLength: 4 })),
  detail: nullable(hostile),
});

describe('the mismatch log', () => {
  test('any entries come back from the engine as they were written', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 40 }), async (entries) => {
        const { entries: found } = await readBack(await mismatchSegment(entries));
        expect(found).toEqual(entries);
      }),
      { numRuns: 20 },
    );
  }, 30_000);

  test('NULL, an empty list and a list of empty text stay apart, for many rows and in more than one row group', async () => {
    const lists = [null, [], [''], ['a', 'b'], ['NULL', '', '😀']];
    const entries = Array.from(
      { length: 5_000 },
      (_, i): Mismatch => ({
        ...ENTRY,
        comparison_id: `c${i}`,
        differing_columns: lists[(i * 7 + (i >> 4)) % lists.length] ?? null,
      }),
    );
    const { entries: found } = await readBack(await mismatchSegment(entries));
    expect(found).toEqual(entries);
  });

  test('a reader that looks for one value finds it, whatever else stands in the file', async () => {
    const path = join(freshFolder(), 'segment.parquet');
    writeFileSync(path, await mismatchSegment(['a', '\uffff', '😀'].map((job) => ({ ...ENTRY, job }))));
    const engine = await openDuckdb({ files: [path], spill: null, threads: 1, memory_bytes: null });
    const { rows } = await engine.run(sql`SELECT job FROM read_parquet(${value(path)}) WHERE job = ${value('😀')}`);
    await engine.close();
    expect(rows).toEqual([['😀']]);
  });

  test('has the documented columns and types', async () => {
    const path = join(freshFolder(), 'segment.parquet');
    writeFileSync(path, await mismatchSegment([]));
    const engine = await openDuckdb({ files: [path], spill: null, threads: 1, memory_bytes: null });
    const columns = await engine.describe(sql`SELECT * FROM read_parquet(${value(path)})`);
    await engine.close();
    const types = new Map(columns.map(({ name, type }) => [name, type]));
    expect(types.size).toBe(1 + 11 + 2 * 13 + 4);
    expect(types.get('record_version')).toBe('INTEGER');
    expect(types.get('logged_at')).toBe('TIMESTAMP');
    expect(types.get('kinds')).toBe('VARCHAR[]');
    expect(types.get('production_row_count')).toBe('BIGINT');
    expect(types.get('shadow_cpu_seconds')).toBe('DOUBLE');
    expect(types.get('shadow_checksum')).toBe('VARCHAR');
  });

  test('the same entries give the same bytes, other entries other bytes', async () => {
    const bytes = await mismatchSegment([ENTRY, { ...ENTRY, kinds: ['row_count'] }]);
    expect(await mismatchSegment([ENTRY, { ...ENTRY, kinds: ['row_count'] }])).toEqual(bytes);
    expect(await mismatchSegment([ENTRY, { ...ENTRY, kinds: ['checksum'] }])).not.toEqual(bytes);
  });

  test('a count beyond 2^53 is refused, not rounded', async () => {
    const production = { ...NO_SIDE, row_count: 2n ** 53n };
    await expect(mismatchSegment([{ ...ENTRY, production }])).rejects.toMatchObject({ code: 'count_too_large' });
    const exact = { ...NO_SIDE, row_count: 2n ** 53n - 1n };
    const { entries } = await readBack(await mismatchSegment([{ ...ENTRY, production: exact }]));
    expect(entries[0]?.production.row_count).toBe(9007199254740991n);
  });

  test('a segment stands in the folder of its hour, in UTC', () => {
    expect(segmentPath('debug', new Date('2026-11-20T23:59:59.999-05:00'), '2026-11-20T05-2')).toBe(
      'logs/debug/ds=2026-11-21/hour=04/2026-11-20T05-2.parquet',
    );
    expect(() => segmentPath('debug', new Date(0), '../x')).toThrow('cannot name a segment');
  });
});

describe('the debug log', () => {
  test('rows come back from the engine as they were written', async () => {
    const row: DebugRow = {
      comparison_id: 'c1',
      issue_id: null,
      cause: 'ts_trunc',
      key: '[{"column":"__proto__","value":"it\'s\\n"}]',
      column: 'a "b"',
      production: '\u202e\u0001',
      shadow: null,
      production_file: "/data/it's [1]/a.parquet",
      production_row: 12n,
      shadow_file: null,
      shadow_row: null,
      logged_at: new Date('2026-11-20T05:06:07.089Z'),
    };
    const path = join(freshFolder(), 'debug.parquet');
    writeFileSync(path, await debugSegment([row]));
    const engine = await openDuckdb({ files: [path], spill: null, threads: 1, memory_bytes: null });
    const { rows, columns } = await engine.run(sql`SELECT * FROM read_parquet(${value(path)})`);
    await engine.close();
    expect(columns.map(({ name }) => name)).toEqual(Object.keys(row));
    expect(rows).toEqual([[...Object.values(row).slice(0, -1), '2026-11-20 05:06:07.089']]);
  });
});
