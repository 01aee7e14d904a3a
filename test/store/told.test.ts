/** Landing logs of others: each line once, in whatever form; what is wrong is told and stops nothing else. */
import { appendFileSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OperatingError } from '../../src/core/operating-error.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import { type Sql, sql, value } from '../../src/sql/sql.ts';
import { type Catalog, openCatalog } from '../../src/store/catalog.ts';
import type { Telling } from '../../src/store/landing-record.ts';
import { findSegments } from '../../src/store/mismatch-reader.ts';
import { parseToldLanding, type ToldLanding, tellingOf, toldBy } from '../../src/store/told-landing.ts';
import { readToldLandings } from '../../src/store/told-reader.ts';
import { freshFolders } from './temp-folder.ts';

const freshFolder = freshFolders();
const NOW = Date.UTC(2026, 10, 20, 6);
const LINE = {
  job: 'orders',
  side: 'shadow',
  partition_key: 'ds=2026-11-20',
  landed_at: '2026-11-20T05:06:07Z',
};

interface Read {
  readonly tellings: Telling[];
  readonly reasons: string[];
  readonly places: string[];
  readonly troubles: OperatingError[];
}

/** Reads and records what is new, as the detection does. */
async function readNew(location: string, catalog: Catalog): Promise<Read> {
  const read: Read = { tellings: [], reasons: [], places: [], troubles: [] };
  const onTrouble = (error: OperatingError): void => void read.troubles.push(error);
  const parts = readToldLandings(location, catalog.toldSegments, openDuckdb, () => new Date(NOW), onTrouble);
  for await (const { segment, tellings, quarantined } of parts) {
    catalog.tell(tellings);
    catalog.recordToldSegments([segment]);
    read.tellings.push(...tellings);
    read.reasons.push(...quarantined.map(({ reason }) => reason));
    read.places.push(...quarantined.map(({ place }) => place));
  }
  return read;
}

function jsonl(...records: readonly unknown[]): string {
  return records.map((record) => `${typeof record === 'string' ? record : JSON.stringify(record)}\n`).join('');
}

function put(folder: string, name: string, text: string): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const keysOf = ({ tellings }: Read): string[] => tellings.map(({ partition_key }) => partition_key);

function told(record: object): ToldLanding {
  const parsed = parseToldLanding(record as Readonly<Record<string, unknown>>);
  if ('reason' in parsed) throw new Error(parsed.reason);
  return parsed.entry;
}

describe('a told landing', () => {
  test('with only what is required has everything else null', () => {
    expect(told(LINE)).toEqual({
      job: 'orders',
      side: 'shadow',
      table: null,
      pairing: null,
      table_role: 'target',
      partition_key: 'ds=2026-11-20',
      landed_at_ms: Date.UTC(2026, 10, 20, 5, 6, 7),
      due_at_ms: null,
      system: null,
      build: null,
      run_kind: null,
      location: null,
      row_count: null,
      size_bytes: null,
      file_count: null,
      cpu_seconds: null,
      storage_bytes: null,
      inputs: [],
    });
  });

  test('every field is taken over, and what we do not know is ignored', () => {
    const record = {
      job: 'orders',
      table: 'warehouse/shadow/orders',
      pairing: 'release',
      table_role: 'delta',
      partition_key: 'ds=2026-11-20/name=a%2fb',
      landed_at: 1795151167123,
      due_at: '2026-11-20 04:00:00+05:30',
      system: 'next',
      build: 2311,
      run_kind: 'backfill',
      location: '/data/x',
      row_count: '12',
      size_bytes: 9007199254740991,
      file_count: 3,
      cpu_seconds: 1.5,
      storage_bytes: 0,
      inputs: [{ table: 'w/d', table_role: 'full_dump', partition_key: 'ds=2026-11-19', landing_id: 'l1' }],
      unheard_of: { a: 1 },
      record_version: 1,
    };
    expect(told(record)).toEqual({
      job: 'orders',
      side: null,
      table: 'warehouse/shadow/orders',
      pairing: 'release',
      table_role: 'delta',
      partition_key: 'ds=2026-11-20/name=a%2Fb',
      landed_at_ms: 1795151167123,
      due_at_ms: Date.UTC(2026, 10, 19, 22, 30),
      system: 'next',
      build: '2311',
      run_kind: 'backfill',
      location: '/data/x',
      row_count: 12,
      size_bytes: 9007199254740991,
      file_count: 3,
      cpu_seconds: 1.5,
      storage_bytes: 0,
      inputs: [{ table_role: 'full_dump', table: 'w/d', partition_key: 'ds=2026-11-19', landing_id: 'l1' }],
    });
  });

  test.each([
    ['neither side nor table', { side: null }, /^side or table: missing$/],
    ['no job', { job: undefined }, /job: missing/],
    ['no time', { landed_at: 'soon' }, /landed_at: expected an ISO time/],
    ['a partition that is none', { partition_key: '2026-11-20' }, /partition_key: expected column=value/],
    ['a side that is none', { side: 'left' }, /side: /],
    ['a system that is none', { system: 'v2' }, /system: /],
    ['a run kind that is none', { run_kind: 'manual' }, /run_kind: /],
    ['a role that is none', { table_role: 'snapshot' }, /table_role: /],
    ['less than no rows', { row_count: -1 }, /row_count: expected a whole number from 0/],
    ['a count that would be rounded', { size_bytes: '9007199254740993' }, /size_bytes: expected a count below 2\^53/],
    ['less than no cost', { cpu_seconds: -1 }, /cpu_seconds: expected a number from 0/],
    ['inputs that are none', { inputs: [{ table: 'x' }] }, /inputs_partition_key: missing/],
  ])('%s is refused, with the field', (_name, more, reason) => {
    const parsed = parseToldLanding({ ...LINE, ...more });
    expect(parsed).toEqual({ reason: expect.stringMatching(reason) });
  });

  test('all that is wrong is told at once', () => {
    const parsed = parseToldLanding({ side: 'x', partition_key: 'y', landed_at: 'z' });
    expect('reason' in parsed ? parsed.reason : '').toMatch(/job: .*side: .*partition_key: .*landed_at: /);
  });

  test('has the same id however it is spelled, and another one when anything of it is other', () => {
    const id = (record: object): string => tellingOf(told(record), 'http', NOW).id;
    const spelled = { unheard_of: 1, ...LINE, build: null, table_role: 'target' };
    expect(id({ ...spelled, landed_at: '2026-11-20 06:06:07+01' })).toBe(id(LINE));
    expect(id({ ...spelled, landed_at: Date.UTC(2026, 10, 20, 5, 6, 7) })).toBe(id(LINE));
    expect(tellingOf(told(LINE), 'elsewhere', 5).id).toBe(id(LINE));
    for (const more of [{ build: 'b' }, { landed_at: '2026-11-20T05:06:07.001Z' }, { side: 'production' }]) {
      expect(id({ ...LINE, ...more })).not.toBe(id(LINE));
    }
  });

  test('what is kept of it tells all of it again', () => {
    const nullable = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
    const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 10 });
    const record = fc.record({
      job: name,
      side: fc.constantFrom('production', 'shadow'),
      table: nullable(name),
      partition_key: fc.constantFrom('', 'ds=2026-11-20', 'country=__HIVE_DEFAULT_PARTITION__/a=%2F'),
      landed_at: fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2199, 0) }),
      build: nullable(name),
      run_kind: nullable(fc.constantFrom('scheduled', 'backfill', 'full_dump', 'seeded')),
      row_count: nullable(fc.maxSafeNat()),
      cpu_seconds: nullable(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true })),
      inputs: fc.array(fc.record({ table: name, partition_key: fc.constant('ds=1'), landing_id: nullable(name) })),
    });
    fc.assert(
      fc.property(record, (given) => {
        const landing = told(given);
        const telling = tellingOf(landing, 'http', NOW);
        expect(toldBy(telling)).toEqual(landing);
        expect(toldBy({ told: telling.told.slice(1) })).toBe(null);
      }),
    );
  });
});

describe('a landing log', () => {
  test('that grows gives each complete line once, with its place; a torn one waits', async () => {
    const path = put(freshFolder(), 'landings.jsonl', '');
    const catalog = openCatalog(':memory:');
    const lines = [1, 2, 3].map((n) => jsonl({ ...LINE, partition_key: `n=${n}` }));
    appendFileSync(path, `${lines[0]}${lines[1]}${lines[2]?.slice(0, 30)}`);
    const first = await readNew(path, catalog);
    expect(keysOf(first)).toEqual(['n=1', 'n=2']);
    expect(first.tellings.map(({ origin }) => origin)).toEqual([
      `${path}, byte 0`,
      `${path}, byte ${lines[0]?.length}`,
    ]);
    expect(first.tellings[0]).toMatchObject({ job: 'orders', told_at_ms: NOW });
    expect(keysOf(await readNew(path, catalog))).toEqual([]);
    appendFileSync(path, `${lines[2]?.slice(30)}`);
    expect(keysOf(await readNew(path, catalog))).toEqual(['n=3']);
    const kept = catalog.openTellings(['orders']).map(({ partition_key }) => partition_key);
    expect(kept.sort()).toEqual(['n=1', 'n=2', 'n=3']);
  });

  test('bad lines are told by their number without their values, once, and stop no other', async () => {
    const path = put(
      freshFolder(),
      'landings.jsonl',
      jsonl(LINE, { ...LINE, job: '' }, 'no JSON', { a: 'canary55' }, LINE),
    );
    const catalog = openCatalog(':memory:');
    const read = await readNew(path, catalog);
    expect(read.tellings).toHaveLength(2);
    expect(new Set(read.tellings.map(({ id }) => id)).size).toBe(1);
    expect(read.places).toEqual([`${path}, line 2`, `${path}, line 3`, `${path}, line 4`]);
    expect(read.reasons.join()).not.toContain('canary55');
    expect((await readNew(path, catalog)).reasons).toEqual([]);
    expect(catalog.openTellings(['orders'])).toHaveLength(1);
  });

  test('no line, however hostile, throws', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(fc.string(), fc.json()), { maxLength: 8 }), async (lines) => {
        const single = lines.map((line) => line.replaceAll('\n', ' '));
        const path = put(freshFolder(), 'l.jsonl', jsonl(...single, LINE));
        const read = await readNew(path, openCatalog(':memory:'));
        expect(read.tellings).toHaveLength(1);
        expect(read.reasons).toHaveLength(single.filter((line) => line.trim() !== '').length);
      }),
      { numRuns: 20 },
    );
  });

  test('that was rotated is read on, and its successor from its start', async () => {
    const folder = freshFolder();
    const path = put(folder, 'landings.jsonl', jsonl(LINE));
    const catalog = openCatalog(':memory:');
    await readNew(`${folder}/*.jsonl`, catalog);
    appendFileSync(path, jsonl({ ...LINE, partition_key: 'n=2' }));
    renameSync(path, join(folder, 'landings-1.jsonl'));
    put(folder, 'landings.jsonl', jsonl({ ...LINE, partition_key: 'n=3' }));
    expect(keysOf(await readNew(`${folder}/*.jsonl`, catalog)).sort()).toEqual(['n=2', 'n=3']);
    expect(keysOf(await readNew(`${folder}/*.jsonl`, catalog))).toEqual([]);
  });

  test('in Parquet gives every row once, times and nested inputs too', async () => {
    const folder = freshFolder();
    const write = async (name: string, select: Sql): Promise<void> => {
      const engine = await openDuckdb({ files: [], spill: folder, threads: 1, memory_bytes: null });
      await engine.run(sql`COPY (${select}) TO ${value(join(folder, name))} (FORMAT parquet)`);
      await engine.close();
    };
    await write(
      'a.parquet',
      sql`SELECT * FROM (VALUES
        ('orders', 'shadow', 'n=1', TIMESTAMP '2026-11-20 05:06:07.123456', 5::UTINYINT,
          [{'table': 'w/d', 'table_role': 'delta', 'partition_key': 'n=0', 'landing_id': NULL}]),
        (NULL, 'shadow', 'n=2', TIMESTAMP '2026-11-20', 5, []),
        ('orders', 'production', 'n=3', TIMESTAMP '2026-11-20', NULL, NULL)
      ) AS t (job, side, partition_key, landed_at, row_count, inputs)`,
    );
    await write('b.parquet', sql`SELECT 'orders' AS job, 'n=4' AS partition_key`);
    const catalog = openCatalog(':memory:');
    const read = await readNew(folder, catalog);
    expect(read.tellings.map(toldBy)).toMatchObject([
      {
        partition_key: 'n=1',
        landed_at_ms: Date.UTC(2026, 10, 20, 5, 6, 7, 123),
        row_count: 5,
        inputs: [{ table: 'w/d', table_role: 'delta', partition_key: 'n=0', landing_id: null }],
      },
      { partition_key: 'n=3', side: 'production', row_count: null, inputs: [] },
    ]);
    expect(read.tellings.map(({ origin }) => origin.split(', ')[1])).toEqual(['row 1', 'row 3']);
    expect(read.reasons).toEqual(['job: missing', 'no column landed_at']);
    expect((await readNew(folder, catalog)).tellings).toEqual([]);
  });

  test('is not taken for a mismatch log that waits for a slot, and a file in both is read by both', async () => {
    const folder = freshFolder();
    put(folder, 'both.jsonl', jsonl(LINE));
    const catalog = openCatalog(':memory:');
    expect((await readNew(folder, catalog)).tellings).toHaveLength(1);
    expect(catalog.unassignedSegments()).toEqual([]);
    const { segments } = await findSegments(folder, catalog);
    expect(catalog.recordSegments(segments)).toBe(1);
  });

  test('that two processes read at once is told once, and a part is never skipped', async () => {
    const folder = freshFolder();
    const log = put(folder, 'l.jsonl', jsonl(LINE));
    const [one, other] = [openCatalog(join(folder, 'c.db')), openCatalog(join(folder, 'c.db'))];
    const older = readToldLandings(
      log,
      one.toldSegments,
      openDuckdb,
      () => new Date(NOW),
      () => {},
    );
    const part = (await older[Symbol.asyncIterator]().next()).value;
    appendFileSync(log, jsonl({ ...LINE, partition_key: 'n=2' }));
    expect(keysOf(await readNew(log, other))).toHaveLength(2);
    one.tell(part?.tellings ?? []);
    one.recordToldSegments(part === undefined ? [] : [part.segment]); // comes late, and sets nothing back
    expect(keysOf(await readNew(log, one))).toEqual([]);
    expect(one.openTellings(['orders'])).toHaveLength(2);
    one.close();
    other.close();
  });

  test('one part that cannot be read this time stops none of the others', async () => {
    const folder = freshFolder();
    const engine = await openDuckdb({ files: [], spill: folder, threads: 1, memory_bytes: null });
    await engine.run(
      sql`COPY (SELECT 'orders' AS job, 'shadow' AS side, 'ds=1' AS partition_key, TIMESTAMP '2026-11-20 05:00:00' AS landed_at) TO ${value(join(folder, 'a.parquet'))} (FORMAT parquet)`,
    );
    await engine.close();
    put(folder, 'b.jsonl', jsonl(LINE));
    const catalog = openCatalog(':memory:');
    const noEngine = (): never => {
      throw new OperatingError(4, { code: 'engine_not_started', subject: 'engine', message: 'no memory' });
    };
    const [keys, codes]: string[][] = [[], []];
    const onTrouble = ({ code }: OperatingError): void => void codes?.push(code);
    for await (const { tellings } of readToldLandings(
      folder,
      catalog.toldSegments,
      noEngine,
      () => new Date(NOW),
      onTrouble,
    ))
      keys?.push(...tellings.map(({ partition_key }) => partition_key));
    expect([keys, codes]).toEqual([[LINE.partition_key], ['engine_not_started']]);
    expect(keysOf(await readNew(folder, catalog))).toContain('ds=1');
  });

  test('what cannot be looked at is told as a landing log, and nothing at a place that is no pattern is an error', async () => {
    const folder = freshFolder();
    symlinkSync('a.jsonl', join(folder, 'a.jsonl'));
    put(folder, 'b.jsonl', jsonl(LINE));
    const read = await readNew(folder, openCatalog(':memory:'));
    expect(read.tellings).toHaveLength(1);
    expect(read.troubles).toMatchObject([{ exitCode: 4, code: 'landing_log_unreadable' }]);
    const nothing = join(folder, 'nothing.jsonl');
    await expect(readNew(nothing, openCatalog(':memory:'))).rejects.toMatchObject({ code: 'landing_log_missing' });
    expect((await readNew(join(folder, 'n*.jsonl'), openCatalog(':memory:'))).tellings).toEqual([]);
  });
});
