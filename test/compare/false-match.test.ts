/** Pairs that differ, and that the engine's own hash, equality or arithmetic would call equal. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import type { PairReport } from '../../src/report/pair-report.ts';
import { sql, trustedExpression, value } from '../../src/sql/sql.ts';
import { shadowcheck } from '../cli/captured-terminal.ts';
import { KEY, MATCHES, MISMATCHES } from './false-match-pairs.ts';

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

describe('a mismatch', () => {
  test.each(MISMATCHES)('%s', async (_, production, shadow, options) => {
    const { report, stderr } = await diff(production, shadow, ...options);
    expect(report.outcome, stderr).toBe('mismatch');
    const rows = report.rows;
    expect((rows?.changed ?? 0) + (rows?.only_in_production ?? 0) + (rows?.only_in_shadow ?? 0)).toBeGreaterThan(0);
  });
});

test('numbers in text that lie apart by a digit more than a tolerance allows, beyond what decimals and doubles hold', async () => {
  const options = [...KEY, '--number-text', 'x', '--abs-tol', 'x=1'];
  const judged = async (one: string, other: string): Promise<string> =>
    (await diff(`SELECT 1 id, '${one}' x`, `SELECT 1 id, '${other}' x`, ...options)).report.outcome;
  const long = '123456789012345678901234567890';
  expect(await judged(long, `${long.slice(0, -1)}1`)).toBe('match_agreed');
  expect(await judged(`${long}.5`, `${long.slice(0, -1)}2`)).toBe('mismatch');
  expect(await judged('1.0000000000000000000001', '0')).toBe('mismatch');
  expect(await judged('1e-2000', '2e-2000')).toBe('mismatch');
});

describe('a match', () => {
  test.each(MATCHES)('%s', async (_, production, shadow, options) => {
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
