/** What the engine says of SQL that a user wrote is told as the user's error, without a value of the data. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engineKind, userSqlTrouble } from '../../src/analyze/user-sql.ts';
import { EngineError } from '../../src/engine/engine.ts';
import { copySampleData } from '../demo/sample-copy.ts';
import { shadowcheck } from './captured-terminal.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shadowcheck-sql-'));
  const rows = '1,ann@example.com,it\'s\' a "secret" to INT32 when\n2,bob@example.com,x\n';
  await writeFile(join(folder, 'a.csv'), `order_id,email,note\n${rows.replaceAll('"', '')}`);
  await writeFile(join(folder, 'b.csv'), `order_id,email,note\n${rows.replaceAll('"', '')}`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const LEAKS = /ann@|bob@|secret|it's|bug/;

describe('diff --where', () => {
  test.each([
    'CAST(email AS INTEGER) > 0',
    'CAST(note AS INTEGER) > 0',
    "CAST(order_id AS INTEGER) = 'abc'",
    "strptime(email, '%Y') IS NOT NULL",
    'abs(CAST(order_id AS TINYINT) + CAST(127 AS TINYINT)) > 0',
  ])(
    '%s: fails on a value, which is not told',
    async (where) => {
      for (const options of [[], ['--timeout', '60s']]) {
        const { code, stdout, stderr } = await shadowcheck(folder, 'diff', 'a.csv', 'b.csv', '-w', where, ...options);
        expect({ code, stdout }, stderr).toEqual({ code: 2, stdout: '' });
        expect(stderr).toContain('[expression_failed]');
        expect(stderr.replace(where, '')).not.toMatch(LEAKS);
      }
    },
    30_000,
  );

  test.each([[], ['--dry-run']])('a column that is not there is named %j', async (...options) => {
    const line = ['diff', 'a.csv', 'b.csv', '--where-shadow', 'nocol = 1', ...options];
    const { code, stdout, stderr } = await shadowcheck(folder, ...line);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('expression `nocol = 1` (shadow): Referenced column "nocol" not found');
    expect(stderr).not.toMatch(LEAKS);
  });

  test('a condition that holds on every row stands in nobody’s way', async () => {
    const { code } = await shadowcheck(folder, 'diff', 'a.csv', 'b.csv', '-w', 'TRY_CAST(email AS INTEGER) IS NULL');
    expect(code).toBe(0);
  });
});

test('diff --expression that does not fit the columns says which column and side, and what there is', async () => {
  const line = ['diff', 'a.csv', 'b.csv', '--expression', 'email=lower(emial)', '--expression', 'note=trim(nte)'];
  const { code, stdout, stderr } = await shadowcheck(folder, ...line);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  for (const side of ['production', 'shadow']) {
    expect(stderr).toContain(
      `column "email" on ${side} (expression \`lower(emial)\`): Referenced column "emial" not found`,
    );
    expect(stderr).toContain(`hint: did you mean "email"? The columns of ${side} are order_id (VARCHAR), email`);
    expect(stderr).toContain(`column "note" on ${side} (expression \`trim(nte)\`): Referenced column "nte" not found`);
  }
  expect(stderr).not.toMatch(LEAKS);
});

test('a wrong condition of a job makes its pairs inconclusive, and says so', async () => {
  const sample = await copySampleData();
  const path = join(sample.folder, 'jobs.yaml');
  const text = await readFile(path, 'utf8');
  const table = 'shadow: { source: warehouse, table: shadow/orders }';
  expect(text).toContain(table);
  await writeFile(path, text.replace(table, table.replace(' }', ', where: "CAST(note AS INTEGER) > 0 OR nocol" }')));
  const { code, stdout } = await shadowcheck(sample.folder, 'analyze', '--json');
  await sample.remove();
  expect(code).toBe(0);
  const pairs = (JSON.parse(stdout) as { slots: { pairs: { job: string; outcome: string; detail: string }[] }[] }).slots
    .flatMap((slot) => slot.pairs)
    .filter(({ job }) => job === 'orders');
  expect(pairs.length).toBeGreaterThan(0);
  for (const { outcome, detail } of pairs) {
    expect(outcome).toBe('inconclusive');
    expect(detail).toContain('nocol');
    expect(detail).not.toContain('bug');
  }
}, 60_000);

test('rules that fit nothing are told in diff and in the report by rule, column, reason and what would fit', async () => {
  const asked = ['--trim', 'order_id', '--abs-tol', 'email=0.1', '--time-tol', 'note=2s', '--ignore', 'emial'];
  const expected = [
    'emial (ignore): no column of this name on either side [unknown_column]',
    'email (tolerance): `abs` needs numbers, and the column is VARCHAR [rule_does_not_fit]',
    'note (tolerance): `time` needs dates, times or timestamps, and the column is VARCHAR [rule_does_not_fit]',
    'the columns are order_id, email, note',
    'text that holds numbers needs the rule `number_text` too (--number-text)',
  ];
  const { code, stderr } = await shadowcheck(folder, 'diff', 'a.csv', 'b.csv', ...asked);
  expect(code).toBe(2);
  for (const line of expected) expect(stderr).toContain(line);

  const sample = await copySampleData();
  const path = join(sample.folder, 'jobs.yaml');
  const text = await readFile(path, 'utf8');
  const rules = 'tolerance: { total: { abs: 0.005 } }';
  expect(text).toContain(rules);
  const wrong = 'tolerance: { updated_at: { abs: 0.005 }, totl: { abs: 1 } }\n    normalise: { total: trim }';
  await writeFile(path, text.replace(rules, wrong));
  const { stdout } = await shadowcheck(sample.folder, 'analyze', '--json');
  await sample.remove();
  type Told = { readonly job: string; readonly outcome: string; readonly detail: string };
  const pairs = (JSON.parse(stdout) as { slots: { pairs: Told[] }[] }).slots
    .flatMap((slot) => slot.pairs)
    .filter(({ job, detail }) => job === 'orders' && detail?.includes('totl'));
  expect(pairs.length).toBeGreaterThan(0);
  for (const { outcome, detail } of pairs) {
    expect(outcome).toBe('inconclusive');
    expect(detail).toContain('totl (tolerance): no column of this name on either side [unknown_column]');
    expect(detail).toMatch(/updated_at \(tolerance\): `abs` needs numbers, and the column is .+ \[rule_does_not_fit\]/);
    expect(detail).toMatch(/total \(normalise\): `trim` needs text, and the column is DECIMAL.+ \[rule_does_not_fit\]/);
    expect(detail).toContain('Hint: the columns are order_id,');
    expect(detail).toContain('for dates, times and timestamps there is `time` (--time-tol)');
  }
}, 60_000);

describe('userSqlTrouble', () => {
  const asked = { code: 'statement_failed', text: 'SELECT "my col" FROM t' } as const;

  test('keeps names that the user wrote, and no other quoted text', () => {
    const error = new EngineError('Binder', 'Binder Error: "my col" is not "other" nor \'third\'\nCandidates: "x"');
    expect(userSqlTrouble(error, asked)?.troubles[0]?.message).toBe('"my col" is not … nor …');
  });

  test('is silent on errors that do not speak of the statement', () => {
    expect(userSqlTrouble(new EngineError('IO', 'IO Error: disk "x"'), asked)).toBe(null);
  });

  test('an unheard-of kind is not shown: it may be cut out of a value', () => {
    expect(engineKind(new EngineError('Secret', "Could not read 'Secret Error: '"))).toBe('other');
    expect(engineKind(new EngineError('Out of Range', 'Out of Range Error: Overflow (5 + 127)!'))).toBe('Out of Range');
  });
});
