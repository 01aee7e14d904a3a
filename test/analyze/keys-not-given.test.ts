import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import type { PairReport } from '../../src/report/pair-report.ts';
import { ident, integer, type Sql, sql, value } from '../../src/sql/sql.ts';
import { shadowcheck } from '../cli/captured-terminal.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shadowcheck-keys-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function diff(production: Sql, shadow: Sql, ...options: readonly string[]): Promise<PairReport> {
  const engine = await openDuckdb({ files: [], spill: folder, threads: 1, memory_bytes: null });
  for (const [name, rows] of Object.entries({ production, shadow })) {
    await engine.run(sql`COPY (${rows}) TO ${value(join(folder, `${name}.parquet`))} (FORMAT parquet)`);
  }
  await engine.close();
  const { stdout } = await shadowcheck(folder, 'diff', 'production.parquet', 'shadow.parquet', '--json', ...options);
  return JSON.parse(stdout) as PairReport;
}

describe('where no key is given', () => {
  const orders = sql`SELECT range AS order_id, range % 7 AS shop, 'n' || range % 40 AS customer, range * 3 AS cents FROM range(300)`;
  const ordersWithOneChanged = sql`SELECT * REPLACE (CASE WHEN order_id = 7 THEN 0 ELSE cents END AS cents) FROM (${orders})`;

  test('the one that names the rows is inferred, and the report says so and how sure it is', async () => {
    const report = await diff(orders, ordersWithOneChanged);
    expect(report.key).toMatchObject({ columns: ['order_id'], source: 'inferred' });
    expect(report.key.evidence).toMatch(/order_id.* certainty 0\.\d+/);
    expect(report.rows).toMatchObject({ equal: 299, changed: 1, only_in_production: 0, only_in_shadow: 0 });
  });

  test('a column that only counts the rows of each side is no key, although it is unique on both', async () => {
    const loaded = (order: Sql): Sql =>
      sql`SELECT row_number() OVER (ORDER BY ${order}) AS load_id, * FROM (${orders})`;
    const report = await diff(loaded(sql`order_id`), loaded(sql`-order_id`), '--ignore', 'shop');
    expect(report.key.columns).toEqual(['order_id']);
    expect(report.columns.map(({ column }) => column)).toEqual(['load_id']);
  });

  test('none is used that is hardly one: rows that agree in most columns are one row that changed', async () => {
    const rows = sql`SELECT hash(range) % 60000 AS part, hash(range + 5) % 3 AS quantity, hash(range + 9) % 3 AS mode, hash(range + 13) % 3 AS shop, 1 AS tax FROM range(20000)`;
    const report = await diff(
      rows,
      sql`SELECT * REPLACE (CASE WHEN part % 100 = 0 THEN part + 1 ELSE part END AS part) FROM (${rows})`,
    );
    expect(report.key).toEqual({ columns: [], source: 'none', evidence: null });
    expect(report.rows?.changed).toBeGreaterThan(150);
    expect(report.rows?.only_in_production).toBe(0);
  });

  test('its column may bear two names', async () => {
    const named = (name: string, cents: number): Sql =>
      sql`SELECT range AS ${ident(name)}, CASE WHEN range = 7 THEN ${integer(cents)} ELSE range * 3 END AS cents FROM range(300)`;
    const report = await diff(named('order_id', 21), named('id_of_order', 0));
    expect(report.schema.renamed).toMatchObject([{ production: 'order_id', shadow: 'id_of_order', by: 'content' }]);
    expect(report.key.columns).toEqual(['order_id']);
    expect(report.rows).toMatchObject({ equal: 299, changed: 1, only_in_production: 0, only_in_shadow: 0 });
  });

  test('and none is wanted, rows are compared without one', async () => {
    const report = await diff(orders, ordersWithOneChanged, '--no-key');
    expect(report.key.source).toBe('none');
    expect(report.rows).toMatchObject({ equal: 299, changed: 1 });
    expect(report.notes.map(({ code }) => code)).toContain('no_key');
  });
});
