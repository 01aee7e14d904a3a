/** Pairs that differ, and that the engine's own hash, equality or arithmetic would call equal. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import type { PairReport } from '../../src/report/pair-report.ts';
import { sql, trustedExpression, value } from '../../src/sql/sql.ts';
import { shadowcheck } from '../cli/captured-terminal.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shadowcheck-false-match-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function diff(
  production: string,
  shadow: string,
  ...options: readonly string[]
): Promise<{ code: number; report: PairReport; stderr: string }> {
  const engine = await openDuckdb({ files: [], spill: folder, threads: 1, memory_bytes: null });
  for (const [name, rows] of Object.entries({ production, shadow })) {
    const path = value(join(folder, `${name}.parquet`));
    await engine.run(sql`COPY ${trustedExpression(rows)} TO ${path} (FORMAT parquet)`);
  }
  await engine.close();
  const { code, stdout, stderr } = await shadowcheck(
    folder,
    'diff',
    'production.parquet',
    'shadow.parquet',
    '--json',
    ...options,
  );
  return { code, report: (stdout === '' ? {} : JSON.parse(stdout)) as PairReport, stderr };
}

const KEY = ['--key', 'id'];

describe('a mismatch', () => {
  test.each([
    ['0 and -1 of INTEGER and BIGINT', 'SELECT 1 id, 0::INTEGER x', 'SELECT 1 id, -1::BIGINT x', KEY],
    ['0 and -0.01 of a wide DECIMAL', 'SELECT 1 id, 0::DECIMAL(20,2) x', 'SELECT 1 id, -0.01::DECIMAL(20,2) x', KEY],
    [
      'two UUIDs whose halves XOR to one',
      "SELECT 1 id, UUID '91111111-1111-1111-1111-111111111111' x",
      "SELECT 1 id, UUID '92222222-2222-2222-1222-222222222222' x",
      KEY,
    ],
    [
      'a swap of last values that a linear hash sums to the same',
      'SELECT * FROM (VALUES (1259::INTEGER, 2::INTEGER), (1868, 534)) t(id, x)',
      'SELECT * FROM (VALUES (1259::INTEGER, 534::INTEGER), (1868, 2)) t(id, x)',
      KEY,
    ],
    [
      'the same swap without a key',
      'SELECT * FROM (VALUES (1259::INTEGER, 2::INTEGER), (1868, 534)) t(id, x)',
      'SELECT * FROM (VALUES (1259::INTEGER, 534::INTEGER), (1868, 2)) t(id, x)',
      [],
    ],
    [
      'a list that takes an item from the column before it',
      'SELECT 0::INTEGER a, [2, 1] x',
      'SELECT 2::INTEGER a, [1] x',
      [],
    ],
    ['an empty list and NULL', 'SELECT 1 id, []::INTEGER[] x', 'SELECT 1 id, NULL::INTEGER[] x', KEY],
    ['a list of NULL and an empty list', 'SELECT 1 id, [NULL]::INTEGER[] x', 'SELECT 1 id, []::INTEGER[] x', []],
    ['a struct of NULL and NULL', "SELECT 1 id, {'a': NULL::INTEGER} x", 'SELECT 1 id, NULL::STRUCT(a INTEGER) x', KEY],
    ['a month and thirty days', "SELECT 1 id, INTERVAL '1 month' x", "SELECT 1 id, INTERVAL '30 days' x", KEY],
    ['a map and a struct', "SELECT 1 id, MAP {'a': 1} x", "SELECT 1 id, {'a': 1} x", KEY],
    [
      'infinity and NULL of two timestamp types',
      "SELECT 1 id, TIMESTAMP 'infinity' x",
      'SELECT 1 id, NULL::TIMESTAMP_NS x',
      KEY,
    ],
    [
      'hour 24 as text and midnight',
      "SELECT 1 id, '2020-01-01 24:00:00' x",
      "SELECT 1 id, TIMESTAMP '2020-01-02 00:00:00' x",
      KEY,
    ],
    [
      'NaN and a number within any tolerance',
      'SELECT 1 id, 5.0::DOUBLE x',
      "SELECT 1 id, 'nan'::DOUBLE x",
      [...KEY, '--abs-tol', '0.01'],
    ],
    [
      'infinity and a number',
      'SELECT 1 id, 5.0::DOUBLE x',
      "SELECT 1 id, 'inf'::DOUBLE x",
      [...KEY, '--abs-tol', 'x=0', '--rel-tol', 'x=0.5'],
    ],
    ['both infinities', "SELECT 1 id, '-inf'::DOUBLE x", "SELECT 1 id, 'inf'::DOUBLE x", [...KEY, '--rel-tol', '0.01']],
    [
      '2^53 + 1 and the double 2^53 within half',
      'SELECT 1 id, 9007199254740993::BIGINT x',
      'SELECT 1 id, 9007199254740992::DOUBLE x',
      [...KEY, '--abs-tol', '0.5'],
    ],
    [
      'a difference of 2^53 + 1 with a tolerance of 2^53',
      'SELECT 1 id, 0::BIGINT x',
      'SELECT 1 id, 9007199254740993::BIGINT x',
      [...KEY, '--abs-tol', '9007199254740992'],
    ],
  ])('%s', async (_, production, shadow, options) => {
    const { report, stderr } = await diff(production, shadow, ...options);
    expect(report.outcome, stderr).toBe('mismatch');
    const rows = report.rows;
    expect((rows?.changed ?? 0) + (rows?.only_in_production ?? 0) + (rows?.only_in_shadow ?? 0)).toBeGreaterThan(0);
  });
});

describe('a match', () => {
  test.each([
    [
      'a decimal of many digits and its double',
      'SELECT 1 id, 123456.78901234567::DOUBLE x',
      'SELECT 1 id, 123456.78901234567::DECIMAL(38,11) x',
      KEY,
    ],
    [
      'a whole double and a decimal of scale 17',
      'SELECT 1 id, 65535.0::DOUBLE x',
      'SELECT 1 id, 65535::DECIMAL(38,17) x',
      KEY,
    ],
    ['negative numbers of two widths', 'SELECT 1 id, -7::INTEGER x', 'SELECT 1 id, -7::BIGINT x', KEY],
    [
      'wide decimals, lists, structs, intervals and uuids that are equal',
      "SELECT 1 id, 1.50::DECIMAL(30,2) a, [1, NULL] b, {'k': 'v'} c, INTERVAL '1 month' d, UUID '91111111-1111-1111-1111-111111111111' e",
      "SELECT 1 id, 1.50::DECIMAL(30,2) a, [1, NULL] b, {'k': 'v'} c, INTERVAL '1 month' d, UUID '91111111-1111-1111-1111-111111111111' e",
      KEY,
    ],
  ])('%s', async (_, production, shadow, options) => {
    const { report, stderr } = await diff(production, shadow, ...options);
    expect(report.outcome, stderr).toBe('match');
  });

  test('keys 0 and -1 of two integer types are two keys', async () => {
    const { report } = await diff(
      'SELECT * FROM (VALUES (0::INTEGER, 1), (-1, 2)) t(id, x)',
      'SELECT * FROM (VALUES (0::BIGINT, 1), (-1, 3)) t(id, x)',
      ...KEY,
    );
    expect(report.rows).toMatchObject({
      equal: 1,
      changed: 1,
      duplicate_keys: { production: { groups: 0 }, shadow: { groups: 0 } },
    });
  });
});

describe('nothing compared', () => {
  test('is no match: no column left is refused, no row sampled is inconclusive, no row that fulfils where is told', async () => {
    const noColumn = await diff("SELECT 1 id, 'a' x", "SELECT 2 id, 'b' x", '--ignore', 'id,x');
    expect(noColumn.code).toBe(2);
    expect(noColumn.stderr).toContain('[nothing_compared]');
    const noCommon = await diff('SELECT 1 a', 'SELECT 1 b');
    expect(noCommon.report).toMatchObject({ outcome: 'mismatch', rows: null });
    const noSample = await diff("SELECT 1 id, 'a' x", "SELECT 1 id, 'b' x", ...KEY, '--sample', '0.0001%');
    expect(noSample.report).toMatchObject({ outcome: 'inconclusive', inconclusive_reason: 'limit_reached' });
    const noRow = await diff("SELECT 1 id, 'a' x", "SELECT 1 id, 'b' x", ...KEY, '--where', 'false');
    expect(noRow.report.notes.map(({ code }) => code)).toContain('no_row_fulfils_where');
  });
});

describe('a decided mismatch', () => {
  test('stays one when a cause cannot be tried on its values', async () => {
    const { report } = await diff(
      'SELECT range id, 2147483647::DECIMAL(18,0) x FROM range(20)',
      'SELECT range id, 1.5::DECIMAL(38,30) x FROM range(20)',
      ...KEY,
    );
    expect(report).toMatchObject({ outcome: 'mismatch', rows: { changed: 20 } });
  });

  test('rules that fit no value are refused, and a rename of an ignored column is no extra column', async () => {
    const trim = await diff("SELECT 1 id, 'a' x", "SELECT 1 id, 'b' x", ...KEY, '--trim', 'id');
    expect(trim.stderr).toContain('[rule_does_not_fit]');
    const ignored = await diff("SELECT 1 id, 'a' x", "SELECT 1 id, 'a' x", ...KEY, '--ignore', 'id');
    expect(ignored.stderr).toContain('[rule_contradicts]');
    const renamed = await diff("SELECT 1 id, 'a' x", "SELECT 1 id, 'b' y", ...KEY, '--rename', 'x=y', '--ignore', 'x');
    expect(renamed.report).toMatchObject({ outcome: 'match', schema: { only_in_shadow: [] } });
    const taken = await diff("SELECT 1 id, 5 y, 'a' x", "SELECT 1 id, 'a' y", ...KEY, '--rename', 'x=y');
    expect(taken.report).toMatchObject({
      outcome: 'mismatch',
      kinds: ['schema'],
      schema: { only_in_production: ['y'], renamed: [{ production: 'x', shadow: 'y' }] },
    });
  });
});
