/** `query` over the logs and the catalog: every table is there from the start, and nothing is changed by asking. */
import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCatalog } from '../../src/store/catalog.ts';
import { DEBUG_COLUMNS } from '../../src/store/debug-log.ts';
import { MISMATCH_COLUMNS } from '../../src/store/mismatch-columns.ts';
import { copySampleData } from '../demo/sample-copy.ts';
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
  test('the logs have their declared columns', async () => {
    expect(await columnsOf('debug_log')).toEqual(DEBUG_COLUMNS.map(({ name }) => name));
    expect(await columnsOf('mismatch_log')).toEqual(MISMATCH_COLUMNS.map(({ name }) => name));
  });

  test('so have the tables of the catalog, and no store is made', async () => {
    const catalog = openCatalog(':memory:');
    const tables = catalog.tables();
    catalog.close();
    expect(tables.length).toBeGreaterThan(5);
    for (const { name, columns } of tables) {
      expect(await columnsOf(name)).toEqual(columns.map((column) => column.name));
    }
    expect(await readdir(sample.folder)).not.toContain('shadowcheck');
  }, 60_000);

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
