import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ColumnPlan, planColumns } from '../../src/compare/column-plan.ts';
import { readFileSums, type SideReading, totalOf } from '../../src/compare/file-sums.ts';
import { sideQuery } from '../../src/compare/side-query.ts';
import { parseStrong, printStrong, strongSums } from '../../src/compare/strong-checksum.ts';
import { PLAIN_SPEC } from '../../src/core/spec.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { ident, join as joinSql, type Sql, sql, value } from '../../src/sql/sql.ts';

let engine: Engine;
let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'shadowcheck-strong-'));
  engine = await openDuckdb({ files: [], spill: root, threads: 1, memory_bytes: null });
});
afterAll(async () => {
  await engine.close();
  await rm(root, { recursive: true, force: true });
});

/** Rows of texts as SQL that stands after FROM; the columns are called a, b, … */
function table(rows: readonly (readonly (string | null)[])[], type: Sql): Sql {
  const names = ['a', 'b'];
  const empty = sql`SELECT ${joinSql(names.map((name) => sql`CAST(NULL AS ${type}) AS ${ident(name)}`))} WHERE false`;
  const lines = rows.map((row) => sql`SELECT ${joinSql(row.map((cell) => sql`CAST(${value(cell)} AS ${type})`))}`);
  return sql`(SELECT 0 AS file, 0 AS row, * FROM (${joinSql([empty, ...lines], ' UNION ALL ')}))`;
}

function planOf(type: string, shadowType = type): ColumnPlan {
  const columns = (of: string) => ['a', 'b'].map((name) => ({ name, type: of, expression: ident(name) }));
  return planColumns({ production: columns(type), shadow: columns(shadowType) }, PLAIN_SPEC);
}

const EVERYTHING = { where: null, sample: null };

async function areEqual(plan: ColumnPlan, production: Sql, shadow: Sql): Promise<boolean> {
  const place = (from: Sql) => ({ from, file: ident('file'), row: ident('row') });
  const sums = await strongSums(engine, plan, {
    production: sideQuery('production', place(production), plan, EVERYTHING),
    shadow: sideQuery('shadow', place(shadow), plan, EVERYTHING),
  });
  return sums.production === sums.shadow;
}

const hostile = fc.oneof(
  fc.constantFrom(
    '',
    ',',
    'a',
    'b,',
    'a,',
    'NULL',
    'N',
    '0',
    '1:',
    '1:a',
    '\\',
    "'",
    '"',
    '\n',
    ' ',
    '\u0001',
    'é',
    'e\u0301',
  ),
  fc.string({ unit: 'grapheme', maxLength: 4 }).filter((text) => !text.includes('\0') && text.isWellFormed()),
);
const cell = fc.option(hostile, { nil: null, freq: 4 });
const rows = fc.array(fc.tuple(cell, cell), { maxLength: 5 });

const multiset = (all: readonly (readonly (string | null)[])[]): string =>
  JSON.stringify(all.map((row) => JSON.stringify(row)).toSorted());

test('the sums are equal iff the multisets of rows are', async () => {
  const plan = planOf('VARCHAR');
  await fc.assert(
    fc.asyncProperty(rows, rows, fc.boolean(), fc.nat(), async (one, other, isShuffled, turn) => {
      const shuffled = [...one.slice(turn % (one.length + 1)), ...one.slice(0, turn % (one.length + 1))];
      const shadow = isShuffled ? shuffled : other;
      const equal = await areEqual(plan, table(one, sql`VARCHAR`), table(shadow, sql`VARCHAR`));
      expect(equal).toBe(multiset(one) === multiset(shadow));
    }),
    { numRuns: 120 },
  );
});

type Row = readonly [string | null, string | null];

test.each<[string, readonly Row[], readonly Row[]]>([
  ['a comma that changes columns', [['a', 'b,']], [['a,', 'b']]],
  ['a comma alone', [['a,b', 'c']], [['a', 'b,c']]],
  ['NULL and its name', [[null, 'x']], [['NULL', 'x']]],
  ['NULL and nothing', [[null, 'x']], [['', 'x']]],
  ['NULL in the one column or the other', [[null, '']], [['', null]]],
  ['what looks like a length', [['1:a', '']], [['', '1:a']]],
  ['a character that moves', [['ab', 'c']], [['a', 'bc']]],
  ['a byte that might end a text', [['a\u0001', 'b']], [['a', '\u0001b']]],
  [
    'values that rows swap',
    [
      ['a', 'x'],
      ['b', 'y'],
    ],
    [
      ['a', 'y'],
      ['b', 'x'],
    ],
  ],
  [
    'multiplicities, which XOR does not see',
    [
      ['a', 'a'],
      ['a', 'a'],
      ['c', 'c'],
    ],
    [
      ['b', 'b'],
      ['b', 'b'],
      ['c', 'c'],
    ],
  ],
  [
    'one copy more',
    [
      ['a', 'a'],
      ['a', 'a'],
    ],
    [['a', 'a']],
  ],
  ['NFC and NFD', [['é', 'x']], [['e\u0301', 'x']]],
])('%s is another sum', async (_, production, shadow) => {
  const plan = planOf('VARCHAR');
  expect(await areEqual(plan, table(production, sql`VARCHAR`), table(shadow, sql`VARCHAR`))).toBe(false);
});

test.each<[string, string, string, readonly Row[], readonly Row[], boolean]>([
  ['0.0 and -0.0', 'DOUBLE', 'DOUBLE', [['0.0', '1']], [['-0.0', '1']], true],
  ['NaN and -NaN', 'DOUBLE', 'DOUBLE', [['nan', '1']], [['-nan', '1']], true],
  ['NaN and infinity', 'DOUBLE', 'DOUBLE', [['nan', '1']], [['inf', '1']], false],
  ['NaN and NULL', 'DOUBLE', 'DOUBLE', [['nan', '1']], [[null, '1']], false],
  ['two doubles next to each other', 'DOUBLE', 'DOUBLE', [['0.1', '1']], [['0.10000000000000002', '1']], false],
  ['a number in two widths', 'INTEGER', 'BIGINT', [['7', '-1']], [['7', '-1']], true],
  ['a number in two scales', 'DECIMAL(10,1)', 'DECIMAL(12,3)', [['1.5', '2.0']], [['1.500', '2']], true],
  ['HUGEINT 0 and -1', 'HUGEINT', 'HUGEINT', [['0', '0']], [['-1', '-1']], false],
  ['one month and thirty days', 'INTERVAL', 'INTERVAL', [['1 month', '1 day']], [['30 days', '1 day']], false],
  [
    'lists that differ by where one ends',
    'VARCHAR[]',
    'VARCHAR[]',
    [["['a', 'b,']", '[]']],
    [["['a,', 'b']", '[]']],
    false,
  ],
  ['an empty list and NULL', 'INTEGER[]', 'INTEGER[]', [['[]', '[1]']], [[null, '[1]']], false],
  ['blobs', 'BLOB', 'BLOB', [['\\x00', '\\x01']], [['\\x00\\x01', '']], false],
  [
    'an instant with and without zone',
    'TIMESTAMP',
    'TIMESTAMP WITH TIME ZONE',
    [['2026-11-20 10:00:00', null]],
    [['2026-11-20 10:00:00+00', null]],
    true,
  ],
])('%s: as the rules of equality have it', async (_, type, shadowType, production, shadow, equal) => {
  const typed = (name: string): Sql => TYPES[name] ?? sql`VARCHAR`;
  const plan = planOf(type, shadowType);
  expect(await areEqual(plan, table(production, typed(type)), table(shadow, typed(shadowType)))).toBe(equal);
});

const TYPES: Readonly<Record<string, Sql>> = {
  DOUBLE: sql`DOUBLE`,
  INTEGER: sql`INTEGER`,
  BIGINT: sql`BIGINT`,
  'DECIMAL(10,1)': sql`DECIMAL(10,1)`,
  'DECIMAL(12,3)': sql`DECIMAL(12,3)`,
  HUGEINT: sql`HUGEINT`,
  INTERVAL: sql`INTERVAL`,
  'VARCHAR[]': sql`VARCHAR[]`,
  'INTEGER[]': sql`INTEGER[]`,
  BLOB: sql`BLOB`,
  TIMESTAMP: sql`TIMESTAMP`,
  'TIMESTAMP WITH TIME ZONE': sql`TIMESTAMP WITH TIME ZONE`,
};

test('the sums of files add up to those of the whole, whichever of them are read', async () => {
  const plan = planOf('VARCHAR');
  const all: readonly Row[] = [
    ['a', '1'],
    ['b', null],
    [null, null],
    ['a', '1'],
    ['', 'x'],
  ];
  const from = sql`(SELECT row_number() OVER () % 2 AS file, row, a, b FROM ${table(all, sql`VARCHAR`)})`;
  const rowsOfAll = sideQuery('shadow', { from, file: ident('file'), row: ident('row') }, plan, EVERYTHING);
  const whole = await strongSums(engine, plan, { production: rowsOfAll, shadow: rowsOfAll });
  const table_ = {
    columns: [],
    from,
    file: ident('file'),
    row: ident('row'),
    files: ['x', 'y'],
    notes: [],
    fromFiles: null,
  };
  const reading: SideReading = { side: 'shadow', table: table_, plan, filter: EVERYTHING, checksum: 'strong' };
  const sums = await readFileSums(engine, reading, null);
  expect(totalOf(sums).strong).toBe(whole.shadow);
  const fast = await readFileSums(engine, { ...reading, checksum: 'fast' }, null);
  expect(fast.map((file) => [file.row_count, file.low_sum, file.high_sum, file.strong])).toEqual(
    sums.map((file) => [file.row_count, file.low_sum, file.high_sum, null]),
  );
});

test('sums are printed and read back, and nothing else is taken for them', () => {
  const sums = [1n, 2n, 3n, 4n, 5n, 6n, 7n, 2n ** 70n];
  expect(parseStrong(printStrong(sums))).toEqual(sums);
  for (const text of ['', '1-2', `${printStrong(sums)}-9`, 'a-2-3-4-5-6-7-8', '-1-2-3-4-5-6-7-8'])
    expect(parseStrong(text)).toBeNull();
});
