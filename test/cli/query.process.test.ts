/** `query` over the logs and the catalog: every table is there from the start, and nothing is changed by asking. */
import { appendFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import { sql, value } from '../../src/sql/sql.ts';
import { openCatalog } from '../../src/store/catalog.ts';
import { manifestBytes, manifestName } from '../../src/store/compaction-manifest.ts';
import { DEBUG_COLUMNS } from '../../src/store/debug-log.ts';
import { MISMATCH_COLUMNS } from '../../src/store/mismatch-columns.ts';
import { SIGNAL_COLUMNS } from '../../src/store/signal-columns.ts';
import { signalSegment } from '../../src/store/signal-log.ts';
import { copySampleData } from '../demo/sample-copy.ts';
import { comparisonOf, landingOf } from '../store/signal-examples.ts';
import { shadowcheck } from './captured-terminal.ts';

let sample: Awaited<ReturnType<typeof copySampleData>>;

beforeAll(async () => {
  sample = await copySampleData();
});
afterAll(() => sample.remove());

async function ask(statement: string): Promise<{ code: number; rows: Record<string, unknown>[]; stderr: string }> {
  const { code, stdout, stderr } = await shadowcheck(sample.folder, 'query', statement, '--json');
  const rows = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { code, rows, stderr };
}

async function columnsOf(table: string): Promise<string[]> {
  const { code, stdout, stderr } = await shadowcheck(sample.folder, 'query', `SELECT * FROM ${table} LIMIT 0`);
  expect(code, stderr).toBe(0);
  return stdout.trim().split(/\s+/);
}

describe('before anything was analysed', () => {
  test('every log and every table of the catalog has its declared columns, and no store is made', async () => {
    const { code, rows, stderr } = await ask(
      'SELECT table_name, list(column_name ORDER BY ordinal_position) AS columns FROM information_schema.columns GROUP BY ALL',
    );
    expect(code, stderr).toBe(0);
    const offered = new Map(rows.map(({ table_name, columns }) => [table_name, columns]));
    const catalog = openCatalog(':memory:');
    const declared = [
      { name: 'debug_log', columns: DEBUG_COLUMNS },
      { name: 'signal_log', columns: SIGNAL_COLUMNS },
      { name: 'mismatch_log', columns: MISMATCH_COLUMNS },
      ...catalog.tableShapes(),
    ];
    catalog.close();
    expect(declared.length).toBeGreaterThan(10);
    for (const { name, columns } of declared) expect(offered.get(name)).toEqual(columns.map((column) => column.name));
    expect(offered.size).toBe(declared.length);
    expect(await readdir(sample.folder)).not.toContain('shadowcheck');
  });

  test('a log that is named has them too', async () => {
    expect(await columnsOf('debug_log')).toEqual(DEBUG_COLUMNS.map(({ name }) => name));
    expect(await columnsOf('signal_log')).toEqual(SIGNAL_COLUMNS.map(({ name }) => name));
  });

  test('the mismatch logs of others are read, every usable line once, with types', async () => {
    const log = join(sample.folder, 'mismatch-log', 'extra.jsonl');
    await appendFile(
      log,
      '{"job":"odd","partition_key":"ds=1","logged_at":"2026-11-20T10:00:00Z","production_row_count":"99999999999999999999"}\nno JSON\n',
    );
    const { code, rows, stderr } = await ask(
      'SELECT count(*) AS entries, count(DISTINCT comparison_id) AS ids, max(production_row_count)::VARCHAR AS most, year(min(logged_at)) AS since FROM mismatch_log',
    );
    expect({ code, rows }, stderr).toEqual({
      code: 0,
      rows: [{ entries: expect.any(Number), ids: expect.any(Number), most: '99999999999999999999', since: 2026 }],
    });
    expect(Number(rows[0]?.entries)).toBeGreaterThan(20);
    expect(stderr).toMatch(/\d+ lines or rows of mismatch logs cannot be used/);
    await writeFile(log, '');
  });
});

describe('the signal log', () => {
  const folder = (): string => join(sample.folder, 'shadowcheck', 'logs', 'signal', 'ds=2026-11-20', 'hour=05');
  const pairOf = (number: number) => ({
    production: landingOf('orders', 'production', number),
    shadow: landingOf('orders', 'shadow', number),
  });

  beforeAll(async () => {
    await mkdir(folder(), { recursive: true });
    for (const number of [1, 2, 50]) {
      const pair = pairOf(number);
      const bytes = await signalSegment([pair.production, pair.shadow], [comparisonOf(pair, number)]);
      await writeFile(join(folder(), `s${number}.parquet`), bytes);
    }
    const spill = join(sample.folder, 'spill');
    const engine = await openDuckdb({ files: [], spill, threads: 1, memory_bytes: null });
    await mkdir(spill);
    // Of an earlier version, which had fewer columns, and of a later one, which has more.
    await engine.run(sql`COPY (SELECT 'old' AS job, 'landing' AS signal_type, 1 AS unheard_of) TO ${value(join(spill, 'x'))}
      (FORMAT parquet)`);
    await engine.close();
    await rename(join(spill, 'x'), join(folder(), 'other.parquet'));
  });
  afterAll(() => rm(join(sample.folder, 'shadowcheck'), { recursive: true }));

  test('is asked like a table, with types, whatever version wrote a segment', async () => {
    const { rows, stderr } = await ask(`
      SELECT job, signal_type, count(*) AS signals, sum(shadow_row_count) AS shadow_rows, count(outcome) AS outcomes,
        any_value(kinds) FILTER (WHERE outcome = 'mismatch') AS kinds, max(year(logged_at)) AS year
      FROM signal_log GROUP BY ALL ORDER BY ALL`);
    expect(rows, stderr).toEqual([
      { job: 'old', signal_type: 'landing', signals: 1, shadow_rows: null, outcomes: 0, kinds: null, year: null },
      {
        job: 'orders',
        signal_type: 'comparison',
        signals: 3,
        shadow_rows: 53,
        outcomes: 3,
        kinds: ['checksum'],
        year: 2026,
      },
      { job: 'orders', signal_type: 'landing', signals: 6, shadow_rows: null, outcomes: 0, kinds: null, year: 2026 },
    ]);
  });

  test('is joined with itself and with other tables', async () => {
    const { rows, stderr } = await ask(`
      SELECT count(*) AS pairs FROM signal_log AS c JOIN signal_log AS l ON l.landing_id = c.shadow_landing_id
      LEFT JOIN mismatch_log AS m ON m.comparison_id = c.comparison_id WHERE c.signal_type = 'comparison'`);
    expect(rows, stderr).toEqual([{ pairs: 3 }]);
  });

  test('counts a compacted day once', async () => {
    const name = 'compacted-00000000000000000000000000000000.parquet';
    const pair = pairOf(1);
    await writeFile(
      join(folder(), '..', name),
      await signalSegment([pair.production, pair.shadow], [comparisonOf(pair, 1)]),
    );
    const count = async (): Promise<unknown> => (await ask('SELECT count(*) AS signals FROM signal_log')).rows;
    expect(await count()).toEqual([{ signals: 10 }]);
    const entry = {
      file: name,
      row_count: 3,
      compacted_at: '2026-11-21T01:00:00.000Z',
      replaces: ['hour=05/s1.parquet'],
    };
    await writeFile(join(folder(), '..', manifestName(1)), manifestBytes([entry]));
    expect(await count()).toEqual([{ signals: 10 }]);
    await rm(join(folder(), 's1.parquet'));
    expect(await count()).toEqual([{ signals: 10 }]);
  });

  test('with a damaged file is told as unreadable, and not looked at by a statement that does not name it', async () => {
    await writeFile(join(folder(), 'broken.parquet'), 'PAR1 canary55');
    const asked = await ask('SELECT count(*) FROM signal_log');
    expect(asked.code).toBe(3);
    expect(asked.stderr).toContain('[log_unreadable]');
    expect(asked.stderr).not.toContain('canary55');
    expect((await ask('SELECT count(*) AS slots FROM slot')).rows).toEqual([{ slots: 0 }]);
    await rm(join(folder(), 'broken.parquet'));
  });

  test.each([
    "SELECT getvariable('signal_log')",
    'SELECT * FROM duckdb_views()',
    "SELECT * FROM read_parquet('signal_log')",
    "SELECT * FROM query_table('signal_log')",
    'SET VARIABLE signal_log = []',
    'CREATE VIEW v AS SELECT 1',
    'DROP VIEW signal_log',
  ])('%s is refused', async (statement) => {
    const { code, stderr } = await ask(statement);
    expect(code).toBe(2);
    expect(stderr).toContain('[statement_refused]');
  });
});

describe('a statement', () => {
  test('may use the ordinary aggregates and the clock', async () => {
    const { code, rows, stderr } = await ask(`
      SELECT stddev(i), string_agg(i::VARCHAR, ','), list(i), arg_max(i, i), arg_min(i, i), quantile_cont(i, 0.5),
        quantile_disc(i, 0.5), median(i), mode(i), approx_count_distinct(i), histogram(i),
        now() > TIMESTAMPTZ '2020-01-01', current_timestamp > TIMESTAMPTZ '2020-01-01', today() > DATE '2020-01-01'
      FROM range(3) t(i)`);
    expect(code, stderr).toBe(0);
    expect(rows).toHaveLength(1);
  });

  test.each([
    ['SELECT * FROM nosuch', 'Table with name nosuch does not exist'],
    ['SELECT nocol FROM issue', 'Referenced column "nocol" not found'],
    ['SELECT CAST(job AS INTEGER) FROM mismatch_log', 'a value cannot be converted'],
  ])('%s fails as the user’s error, without values', async (statement, message) => {
    const { code, stderr } = await ask(statement);
    expect(code).toBe(2);
    expect(stderr).toContain('[statement_failed]');
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/orders|payments|bug/);
  });
});

describe('the catalog', () => {
  test('is not changed by query and show, and another version is told', async () => {
    expect((await shadowcheck(sample.folder, 'analyze', '--quiet')).code).toBe(0);
    const path = join(sample.folder, 'shadowcheck', 'catalog.db');
    const before = await readFile(path);
    expect((await ask('SELECT count(*) FROM slot')).code).toBe(0);
    expect((await shadowcheck(sample.folder, 'show', 'orders')).code).toBe(0);
    expect((await readFile(path)).equals(before)).toBe(true);
    for (const [version, code] of [
      [1, 'catalog_too_old'],
      [9999, 'catalog_too_new'],
    ] as const) {
      const database = new DatabaseSync(path);
      database.exec(`PRAGMA user_version = ${version}`);
      database.close();
      for (const line of [
        ['query', 'SELECT 1'],
        ['show', 'orders'],
      ]) {
        const told = await shadowcheck(sample.folder, ...line);
        expect(told.code).toBe(4);
        expect(told.stderr).toContain(`[${code}]`);
      }
      const left = new DatabaseSync(path, { readOnly: true });
      expect(left.prepare('PRAGMA user_version').get()).toEqual({ user_version: version });
      left.close();
    }
  }, 60_000);
});
