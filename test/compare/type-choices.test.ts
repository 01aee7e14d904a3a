/** The choices of docs/comparison.md where one could choose otherwise, through files and the command. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mapSides } from '../../src/core/side.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import type { PairReport } from '../../src/report/pair-report.ts';
import { ident, join, sql, trustedExpression, value } from '../../src/sql/sql.ts';
import { shadowcheck } from '../cli/captured-terminal.ts';
import { diffTables } from '../diff/small-tables.ts';

type Choice = readonly [name: string, production: string, shadow: string];

const EQUAL: readonly Choice[] = [
  ['-0.0 and 0.0 are one number', '-0.0::DOUBLE', '0.0::DOUBLE'],
  ['-0.0 and 0.0 are one number in a list', '[-0.0::DOUBLE]', '[0.0::DOUBLE]'],
  ['-0.0 and 0.0 are one number as FLOAT in a struct', "{'a': -0.0::FLOAT}", "{'a': 0.0::FLOAT}"],
  ['-0.0 and 0 are one number', '-0.0::DOUBLE', '0::INTEGER'],
  ['NaN is NaN, whatever its bits', "'nan'::DOUBLE", "-('nan'::DOUBLE)"],
  ['NaN is NaN inside a struct', "{'a': 'nan'::DOUBLE}", "{'a': -('nan'::DOUBLE)}"],
  ['NaN of FLOAT and DOUBLE is one NaN', "'nan'::FLOAT", "'nan'::DOUBLE"],
  ['infinity is itself', "'inf'::DOUBLE", "'inf'::FLOAT"],
  ['the scale of a decimal does not count', '1.5::DECIMAL(4, 1)', '1.50::DECIMAL(10, 2)'],
  ['the scale of a decimal does not count beyond 18 digits', '1.5::DECIMAL(38, 1)', '1.50::DECIMAL(38, 2)'],
  ['the scale of a decimal does not count inside a list', '[1.0::DECIMAL(4, 1)]', '[1.00::DECIMAL(10, 2)]'],
  ['1 and 1.0 are one number', '1::BIGINT', '1.0::DOUBLE'],
  ['a decimal and the double that prints as it are one number', '0.1::DECIMAL(10, 2)', '0.1::DOUBLE'],
  ['a timestamp without a zone is in UTC', "TIMESTAMP '2026-11-20 01:00:00'", "TIMESTAMPTZ '2026-11-20 02:00:00+01'"],
  [
    'a zone is only how an instant is shown',
    "TIMESTAMPTZ '2026-11-20 01:00:00+00'",
    "TIMESTAMPTZ '2026-11-20 02:00:00+01'",
  ],
  [
    'milliseconds and microseconds of one instant',
    "TIMESTAMP_MS '2026-11-20 01:00:00.5'",
    "TIMESTAMP '2026-11-20 01:00:00.5'",
  ],
  ['seconds and nanoseconds of one instant', "TIMESTAMP_S '2026-11-20 01:00:00'", "TIMESTAMP_NS '2026-11-20 01:00:00'"],
  [
    'nanoseconds and a zone',
    "TIMESTAMP_NS '2026-11-20 01:00:00.000001'",
    "TIMESTAMPTZ '2026-11-20 01:00:00.000001+00'",
  ],
  ['a date is its midnight', "DATE '2026-11-20'", "TIMESTAMP '2026-11-20 00:00:00'"],
  ['a date is its midnight in a list too', "[DATE '2026-11-20']", "[TIMESTAMPTZ '2026-11-20 00:00:00+00']"],
  ['a date that never ends is such a timestamp', "DATE 'infinity'", "TIMESTAMP 'infinity'"],
  ['a time without a zone is in UTC', "TIME '10:00:00'", "'10:00:00+00'::TIMETZ"],
  ['a time with zone is read from Parquet in UTC', "'11:00:00+01'::TIMETZ", "'10:00:00+00'::TIMETZ"],
  ['an enum is its text', "'b'::ENUM('a', 'b')", "'b'"],
  ['NULL is NULL whatever the type', 'NULL::INTEGER', 'NULL::VARCHAR'],
  ['NULL is NULL inside', '[NULL::INTEGER]', '[NULL::BIGINT]'],
  ['text that spells a number in another notation', "'1.50e1'", '15::INTEGER'],
  ['text that spells an instant with an offset', "'2026-11-20T02:00:00+01:00'", "TIMESTAMPTZ '2026-11-20 01:00:00+00'"],
  ['the order of fields does not count', "{'a': 1, 'b': 'x'}", "{'b': 'x', 'a': 1}"],
  ['a field that a side lacks is NULL', "{'a': 1}", "{'a': 1, 'b': NULL::INTEGER}"],
  ['the order of entries does not count', "map {'a': 1, 'b': 2}", "map {'b': 2, 'a': 1}"],
  [
    'the order of entries does not count deep inside',
    "[{'m': map {'a': [1], 'b': [2]}}]",
    "[{'m': map {'b': [2], 'a': [1]}}]",
  ],
  ['an array is a list', '[1, 2, 3]::INTEGER[3]', '[1, 2, 3]::BIGINT[]'],
  ['a struct and the JSON that spells it', "{'a': 1.5, 'b': [NULL, 'x']}", `'{"b": [null, "x"], "a": 1.50}'::JSON`],
  [
    'a variant is the JSON that it spells',
    "{'b': 1.5::DOUBLE, 'a': 'x'}::VARIANT",
    "{'a': 'x', 'b': 1.50::DECIMAL(9, 2)}::VARIANT",
  ],
  ['a union, which Parquet makes a struct without names', 'union_value(a := 1)', 'union_value(a := 1::BIGINT)'],
  ['a geometry is itself', "'POINT(1 2)'::GEOMETRY", "'POINT(1 2)'::GEOMETRY"],
];

const DIFFERENT: readonly Choice[] = [
  ['infinities of two signs', "'inf'::DOUBLE", "'-inf'::DOUBLE"],
  ['NaN and NULL', "'nan'::DOUBLE", 'NULL::DOUBLE'],
  ['0.1 as FLOAT and as DOUBLE', '0.1::FLOAT', '0.1::DOUBLE'],
  ['2^53 + 1 and the double 2^53', '9007199254740993::BIGINT', '9007199254740992::DOUBLE'],
  ['2^53 + 1 and the double 2^53 inside a struct', "{'a': 9007199254740993}", "{'a': 9007199254740992::DOUBLE}"],
  ['NFC and NFD', "'\u00e9'", "'e\u0301'"],
  ['NFC and NFD inside a list', "['\u00e9']", "['e\u0301']"],
  ['trailing spaces', "'a'", "'a '"],
  ['upper and lower case', "'a'", "'A'"],
  ["'' and NULL", "''", 'NULL::VARCHAR'],
  ["'' and NULL inside a list", "['']", '[NULL::VARCHAR]'],
  ["'NULL' and NULL", "'NULL'", 'NULL::VARCHAR'],
  ["'NULL' and NULL inside a struct", "{'a': 'NULL'}", "{'a': NULL::VARCHAR}"],
  ['the text of a list and the list in a list', "['1, 2']", "['1', '2']"],
  ['an empty list and a list of NULL', '[]::INTEGER[]', '[NULL]::INTEGER[]'],
  ['lists in another order', '[1, 2]', '[2, 1]'],
  ['a struct of NULL and NULL', "{'a': NULL::INTEGER}", 'NULL::STRUCT(a INTEGER)'],
  ['a field that a side lacks and a value', "{'a': 1}", "{'a': 1, 'b': 0}"],
  ['fields whose names differ in case', "{'a': 1}", "{'A': 1}"],
  [
    'a map without an entry and with one of NULL',
    'map {}::MAP(VARCHAR, INTEGER)',
    "map {'a': NULL}::MAP(VARCHAR, INTEGER)",
  ],
  ['a nanosecond', "TIMESTAMP_NS '2026-11-20 01:00:00.000000001'", "TIMESTAMP '2026-11-20 01:00:00'"],
  ['a date and a moment after its midnight', "DATE '2026-11-20'", "TIMESTAMP '2026-11-20 00:00:00.000001'"],
  ['a date that never ends and one that never began', "DATE 'infinity'", "DATE '-infinity'"],
  ['a month and thirty days', "INTERVAL '1 month'", "INTERVAL '30 days'"],
  ['a month and thirty days inside a list', "[INTERVAL '1 month']", "[INTERVAL '30 days']"],
  ['a day and 24 hours', "INTERVAL '1 day'", "INTERVAL '24 hours'"],
  ['a time and the same with another offset', "TIME '10:00:00'", "'10:00:00+01'::TIMETZ"],
  [
    'two UUIDs whose halves XOR to one',
    "UUID '91111111-1111-1111-1111-111111111111'",
    "UUID '92222222-2222-2222-1222-222222222222'",
  ],
  ['an empty blob and one of a zero byte', "''::BLOB", "'\\x00'::BLOB"],
  ['a struct and JSON with more than it', "{'a': 1}", `'{"a": 1, "b": 2}'::JSON`],
  ['JSON with a digit more than a double holds', "{'a': 0.1::DOUBLE}", `'{"a": 0.10000000000000001}'::JSON`],
  ['JSON in another order of its members', `'{"a":1,"b":2}'::JSON`, `'{"b":2,"a":1}'::JSON`],
  ['a text and a number of a variant', "'1'::VARIANT", '1::VARIANT'],
  ['two values of a union, which Parquet makes a struct without names', 'union_value(a := 1)', 'union_value(a := 2)'],
  ['two geometries', "'POINT(1 2)'::GEOMETRY", "'POINT(2 1)'::GEOMETRY"],
];

let folder: string;
let report: PairReport;
const columnOf = (i: number): string => `c${i}`;

beforeAll(async () => {
  folder = await mkdtemp(joinPath(tmpdir(), 'shadowcheck-type-choices-'));
  const engine = await openDuckdb({ files: [], spill: folder, threads: 1, memory_bytes: null });
  const choices = [...EQUAL, ...DIFFERENT];
  for (const [name, at] of [
    ['production', 1],
    ['shadow', 2],
  ] as const) {
    const cells = choices.map((choice, i) => sql`${trustedExpression(choice[at])} AS ${ident(columnOf(i))}`);
    const path = value(joinPath(folder, `${name}.parquet`));
    await engine.run(sql`COPY (SELECT 1 AS id, ${join(cells)}) TO ${path} (FORMAT parquet)`);
  }
  await engine.close();
  const { stdout, stderr } = await shadowcheck(
    folder,
    'diff',
    'production.parquet',
    'shadow.parquet',
    '--json',
    '--key',
    'id',
  );
  expect(stderr).toBe('');
  report = JSON.parse(stdout) as PairReport;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('equal', () => {
  test.each(EQUAL.map(([name], i) => [name, columnOf(i)] as const))('%s', (_, column) => {
    expect(report.columns.filter((one) => one.column === column)).toEqual([]);
  });
});

describe('different', () => {
  test.each(DIFFERENT.map(([name], i) => [name, columnOf(EQUAL.length + i)] as const))('%s', (_, column) => {
    expect(report.columns.find((one) => one.column === column)).toMatchObject({ differing_rows: 1 });
  });
});

test('the one row is changed, not missing, and nested values tell where they differ', () => {
  expect(report.rows).toMatchObject({ changed: 1, only_in_production: 0, only_in_shadow: 0 });
  const at = (name: string): string => columnOf(EQUAL.length + DIFFERENT.findIndex(([one]) => one === name));
  const cell = (name: string) => report.examples[0]?.cells.find(({ column }) => column === at(name));
  const name = '2^53 + 1 and the double 2^53 inside a struct';
  expect(cell(name)?.paths).toEqual([
    { path: `${at(name)}.a`, production: '9007199254740993', shadow: '9007199254740992.0', only_in: null },
  ]);
  expect(cell('a struct and JSON with more than it')?.paths).toMatchObject([{ shadow: '2', only_in: 'shadow' }]);
  expect(report.columns.find(({ column }) => column === at('lists in another order'))?.paths).toEqual([
    { path: `${at('lists in another order')}[]`, rows: 1 },
  ]);
});

/** Types that Parquet does not keep. */
const IN_MEMORY: readonly (readonly [
  name: string,
  type: string,
  production: string,
  otherType: string,
  shadow: string,
  differs: boolean,
])[] = [
  ['0 and -1 of HUGEINT differ', 'HUGEINT', '0', 'HUGEINT', '-1', true],
  ['HUGEINT and BIGINT of one number are equal', 'HUGEINT', '-5', 'BIGINT', '-5', false],
  [
    'UHUGEINT and DOUBLE of one number are equal',
    'UHUGEINT',
    '18446744073709551616',
    'DOUBLE',
    '18446744073709551616',
    false,
  ],
  [
    'a BIGNUM is its digits',
    'BIGNUM',
    '340282366920938463463374607431768211457',
    'VARCHAR',
    '340282366920938463463374607431768211457',
    false,
  ],
  [
    'a BIGNUM differs by one',
    'BIGNUM',
    '340282366920938463463374607431768211457',
    'BIGNUM',
    '340282366920938463463374607431768211456',
    true,
  ],
  ['bits with a leading zero differ', 'BIT', '0101', 'BIT', '101', true],
  ['two enums that list one text in other places are equal', "ENUM('a', 'b')", 'b', "ENUM('b', 'c')", 'b', false],
  ['an enum differs by case', "ENUM('a', 'b')", 'b', "ENUM('B')", 'B', true],
  ['10:00+00 and 11:00+01 differ', 'TIME WITH TIME ZONE', '10:00:00+00', 'TIME WITH TIME ZONE', '11:00:00+01', true],
  ['nanoseconds of a time differ', 'TIME_NS', '10:00:00.000000001', 'TIME', '10:00:00', true],
  ['the size of an array counts', 'INTEGER[2]', '[1, NULL]', 'INTEGER[1]', '[1]', true],
];

describe('without a file', () => {
  test.each(IN_MEMORY)('%s', async (_, type, production, otherType, shadow, differs) => {
    const tables = mapSides(
      { production: { type, cell: production }, shadow: { type: otherType, cell: shadow } },
      (side) => ({
        columns: [
          { name: 'id', type: 'INTEGER' },
          { name: 'x', type: side.type },
        ],
        rows: [[1, side.cell]],
      }),
    );
    await diffTables(tables, { key: ['id'] }, ({ result }) => {
      expect(result.difference.columns.map(({ column }) => column)).toEqual(differs ? ['x'] : []);
      expect(result.difference.rows.changed).toBe(differs ? 1n : 0n);
    });
  });
});
