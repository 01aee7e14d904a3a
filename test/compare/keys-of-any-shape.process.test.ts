/** Rows are told apart and brought together by keys of every type and shape, as docs/comparison.md says it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Column } from '../../src/core/column.ts';
import type { Sided } from '../../src/core/side.ts';
import type { Spec } from '../../src/core/spec.ts';
import { diffTables, type SmallTable } from '../diff/small-tables.ts';

type Row = readonly (string | null)[];
type Counts = readonly [equal: number, changed: number, onlyInProduction: number, onlyInShadow: number];

interface Found {
  readonly counts: Counts;
  readonly agreed: number;
  readonly changedKeys: readonly (readonly (string | null)[])[];
  readonly columns: readonly (readonly [string, number])[];
}

async function diffOf(tables: Sided<SmallTable>, spec: Partial<Spec>, keep = true): Promise<Found> {
  return diffTables(
    tables,
    spec,
    ({ result }) => {
      const { rows, examples, columns } = result.difference;
      const counts = [rows.equal, rows.changed, rows.only_in_production, rows.only_in_shadow].map(Number);
      return {
        counts: counts as unknown as Counts,
        agreed: Number(rows.agreed),
        changedKeys: examples.filter(({ kind }) => kind === 'changed').map(({ key }) => key.map(({ value }) => value)),
        columns: columns
          .filter(({ differing_rows }) => differing_rows > 0n)
          .map((one) => [one.column, Number(one.differing_rows)]),
      };
    },
    100,
    keep,
  );
}

function table(columns: readonly Column[], rows: readonly Row[]): SmallTable {
  return { columns, rows };
}

const text = (name: string): Column => ({ name, type: 'VARCHAR' });

/** Four values of each type that a careless comparison holds to be one, or cannot hash apart; the second as it prints. */
const TYPES: readonly (readonly [
  type: string,
  values: readonly [string | null, string, string, string | null],
  printed: string,
])[] = [
  ['VARCHAR', ['a', 'a ', 'A', ''], 'a '],
  ['VARCHAR', [null, 'NULL', '', 'null'], 'NULL'],
  ['VARCHAR', ['\u00e9', 'e\u0301', 'e', '\u00e9\u200b'], 'e\u0301'],
  ['INTEGER', ['0', '-1', '1', '2147483647'], '-1'],
  ['UBIGINT', ['18446744073709551615', '18446744073709551614', '0', '1'], '18446744073709551614'],
  ['HUGEINT', ['0', '-1', '18446744073709551616', '-18446744073709551617'], '-1'],
  ['DECIMAL(4,2)', ['0.01', '0.10', '-0.10', '10.00'], '0.10'],
  [
    'DECIMAL(38,10)',
    ['1234567890123456789012345678.0000000001', '1234567890123456789012345678.0000000002', '0', '-1'],
    '1234567890123456789012345678.0000000002',
  ],
  ['DOUBLE', ['0.1', '0.30000000000000004', '0.3', 'nan'], '0.30000000000000004'],
  ['DOUBLE', ['infinity', '-infinity', 'nan', '1e308'], '-inf'],
  ['BOOLEAN', [null, 'true', 'false', null], 'true'],
  ['DATE', ['2026-01-31', '2026-02-01', '1970-01-01', '0001-01-01'], '2026-02-01'],
  ['TIME', ['00:00:00', '00:00:00.000001', '23:59:59', '24:00:00'], '00:00:00.000001'],
  [
    'TIMESTAMP',
    ['2026-11-20 01:02:03', '2026-11-20 01:02:03.000001', '1970-01-01 00:00:00', 'infinity'],
    '2026-11-20 01:02:03.000001',
  ],
  [
    'TIMESTAMP_NS',
    ['2026-11-20 01:02:03', '2026-11-20 01:02:03.000000001', '1970-01-01 00:00:00', '1969-12-31 23:59:59.999999999'],
    '2026-11-20 01:02:03.000000001',
  ],
  [
    'TIMESTAMP WITH TIME ZONE',
    ['2026-11-20 01:00:00+00', '2026-11-20 01:00:00+01', '2026-11-20 01:00:00-01', '2026-11-20 01:00:01+00'],
    '2026-11-20 00:00:00+00',
  ],
  ['TIME WITH TIME ZONE', ['10:00:00+00', '11:00:00+01', '10:00:00+01', '11:00:00+00'], '11:00:00+01'],
  ['INTERVAL', ['1 month', '30 days', '720 hours', '1 day'], '30 days'],
  [
    'UUID',
    [
      '00000000-0000-0000-0000-000000000000',
      'ffffffff-ffff-ffff-ffff-ffffffffffff',
      '00000000-0000-0001-0000-000000000001',
      '00000000-0000-0000-0000-000000000001',
    ],
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
  ],
  ['BLOB', ['\\x00', '\\x00\\x00', '', 'x00'], '\\x00\\x00'],
  ['BIT', ['0', '00', '1', '01'], '00'],
  ["ENUM('new', 'old', 'New', '')", ['new', 'old', 'New', ''], 'old'],
  ['INTEGER[]', ['[]', '[NULL]', '[0]', '[0, 0]'], '[NULL]'],
  [
    'STRUCT(a INTEGER, b VARCHAR)',
    ["{'a': 1, 'b': 'x'}", "{'a': 1, 'b': NULL}", "{'a': NULL, 'b': 'x'}", "{'a': 1, 'b': 'NULL'}"],
    "{'a': 1, 'b': NULL}",
  ],
  ['MAP(VARCHAR, INTEGER)', ['{a=1}', '{a=1, b=2}', '{a=2, b=1}', '{}'], '{a=1, b=2}'],
];

describe('a key of one column', () => {
  test.each(TYPES)('of type %s tells %j apart', async (type, [first, second, third, fourth], printed) => {
    const columns = [{ name: 'k', type }, text('v')];
    const tables = {
      production: table(columns, [
        [first, 'x'],
        [second, 'x'],
        [third, 'x'],
      ]),
      shadow: table(columns, [
        [third, 'x'],
        [second, 'y'],
        [fourth, 'x'],
      ]),
    };
    const expected: Counts = first === fourth ? [2, 1, 0, 0] : [1, 1, 1, 1];
    for (const keep of [true, false]) {
      const found = await diffOf(tables, { key: ['k'] }, keep);
      expect(found.counts).toEqual(expected);
      expect(found.changedKeys).toEqual([[printed]]);
    }
  });

  test.each([
    ['DOUBLE', '0.0', '-0.0'],
    ['DOUBLE', 'nan', '-nan'],
    ['VARCHAR', null, null],
    ['MAP(VARCHAR, INTEGER)', '{a=1, b=2}', '{b=2, a=1}'],
    ['TIMESTAMP WITH TIME ZONE', '2026-11-20 01:00:00+01', '2026-11-20 00:00:00+00'],
  ])('of type %s brings %j and %j together', async (type, production, shadow) => {
    const columns = [{ name: 'k', type }, text('v')];
    const tables = { production: table(columns, [[production, 'x']]), shadow: table(columns, [[shadow, 'y']]) };
    expect((await diffOf(tables, { key: ['k'] })).counts).toEqual([0, 1, 0, 0]);
  });

  test.each([
    ['INTEGER', '7', 'BIGINT', '7'],
    ['INTEGER', '7', 'VARCHAR', '7'],
    ['INTEGER', '7', 'DOUBLE', '7.0'],
    ['DECIMAL(4,2)', '1.50', 'DECIMAL(12,4)', '1.5000'],
    ['DATE', '2026-11-20', 'TIMESTAMP', '2026-11-20 00:00:00'],
    ['TIMESTAMP', '2026-11-20 01:00:00', 'TIMESTAMP WITH TIME ZONE', '2026-11-20 01:00:00+00'],
    ['UUID', '550e8400-e29b-41d4-a716-446655440000', 'VARCHAR', '550e8400-e29b-41d4-a716-446655440000'],
    ["ENUM('new', 'old')", 'new', 'VARCHAR', 'new'],
    ['BOOLEAN', 'true', 'VARCHAR', 'true'],
  ])('that is %s %j there and %s %j here is one key', async (type, production, otherType, shadow) => {
    const tables = {
      production: table([{ name: 'k', type }, text('v')], [[production, 'x']]),
      shadow: table([{ name: 'k', type: otherType }, text('v')], [[shadow, 'y']]),
    };
    expect((await diffOf(tables, { key: ['k'] })).counts).toEqual([0, 1, 0, 0]);
  });

  test.each([
    ['BIGINT', '9007199254740993', 'DOUBLE', '9007199254740992'],
    ['DECIMAL(20,1)', '0.1', 'VARCHAR', '0.10000000000000001'],
    ['VARCHAR', '', 'INTEGER', '0'],
    ['VARCHAR', '1e2', 'BLOB', '100'],
    ['DATE', '2026-11-20', 'TIMESTAMP', '2026-11-20 00:00:00.000001'],
  ])('that is %s %j there and %s %j here is two keys', async (type, production, otherType, shadow) => {
    const tables = {
      production: table([{ name: 'k', type }, text('v')], [[production, 'x']]),
      shadow: table([{ name: 'k', type: otherType }, text('v')], [[shadow, 'x']]),
    };
    expect((await diffOf(tables, { key: ['k'] })).counts).toEqual([0, 0, 1, 1]);
  });

  test('may be called anything', async () => {
    for (const name of ['__proto__', 'a"b', "o'clock", 'v0', 'h', 'two\nlines', 'row', 'SELECT', ' ', '\u202ekey']) {
      const columns = [text(name), text('v')];
      const tables = { production: table(columns, [['1', 'x']]), shadow: table(columns, [['1', 'y']]) };
      const found = await diffOf(tables, { key: [name] });
      expect([name, ...found.counts]).toEqual([name, 0, 1, 0, 0]);
      expect(found.columns).toEqual([['v', 1]]);
    }
  });
});

describe('a key of several columns', () => {
  const columns = [text('a'), text('b'), text('v')];
  const tablesOf = (production: readonly Row[], shadow: readonly Row[]) => ({
    production: table(columns, production),
    shadow: table(columns, shadow),
  });

  test('is not its parts written one after the other', async () => {
    const tables = tablesOf(
      [
        ['a', 'bc', 'x'],
        ['', 'ab', 'x'],
      ],
      [
        ['ab', 'c', 'x'],
        ['ab', '', 'x'],
      ],
    );
    expect((await diffOf(tables, { key: ['a', 'b'] })).counts).toEqual([0, 0, 2, 2]);
  });

  test('holds NULL in any part, which is equal to NULL in the same part and to nothing else', async () => {
    const tables = tablesOf(
      [
        [null, 'a', 'x'],
        ['a', null, 'x'],
        [null, null, 'x'],
        ['NULL', 'a', 'x'],
        ['', null, 'x'],
      ],
      [
        [null, 'a', 'y'],
        ['a', null, 'y'],
        [null, null, 'y'],
        ['', 'a', 'x'],
        [null, '', 'x'],
      ],
    );
    const found = await diffOf(tables, { key: ['a', 'b'] });
    expect(found.counts).toEqual([0, 3, 2, 2]);
    expect(found.changedKeys).toEqual(
      expect.arrayContaining([
        [null, 'a'],
        ['a', null],
        [null, null],
      ]),
    );
  });

  test('is the same key in whichever order its columns are named or stand', async () => {
    const production = table(columns, [
      ['1', '2', 'x'],
      ['2', '1', 'x'],
    ]);
    const shadow = table(
      [text('v'), text('b'), text('a')],
      [
        ['y', '2', '1'],
        ['x', '1', '2'],
      ],
    );
    for (const key of [
      ['a', 'b'],
      ['b', 'a'],
    ]) {
      expect((await diffOf({ production, shadow }, { key })).counts).toEqual([1, 1, 0, 0]);
    }
  });

  test('may be every column: rows are then on both sides or on one', async () => {
    const tables = tablesOf(
      [
        ['1', '2', 'x'],
        ['1', '2', 'x'],
        ['3', null, 'x'],
      ],
      [
        ['1', '2', 'x'],
        ['3', null, 'y'],
      ],
    );
    expect((await diffOf(tables, { key: ['a', 'b', 'v'] })).counts).toEqual([1, 0, 2, 1]);
  });

  test('is followed through a rename and a new type', async () => {
    const production = table(
      [{ name: 'id', type: 'INTEGER' }, text('day'), text('v')],
      [
        ['1', 'mon', 'x'],
        ['2', 'mon', 'x'],
      ],
    );
    const shadow = table(
      [text('v'), { name: 'order_id', type: 'VARCHAR' }, text('day')],
      [
        ['y', '1', 'mon'],
        ['x', '3', 'mon'],
      ],
    );
    const found = await diffOf(
      { production, shadow },
      { key: ['id', 'day'], renamed: [{ production: 'id', shadow: 'order_id' }] },
    );
    expect(found.counts).toEqual([0, 1, 1, 1]);
    expect(found.changedKeys).toEqual([['1', 'mon']]);
  });
});

describe('a key that stands more than once', () => {
  const columns = [text('k'), text('a'), text('b'), text('c')];
  const tablesOf = (production: readonly Row[], shadow: readonly Row[]) => ({
    production: table(columns, production),
    shadow: table(columns, shadow),
  });

  test('pairs identical rows first, wherever they stand', async () => {
    const tables = tablesOf(
      [
        ['1', 'a', '', ''],
        ['1', 'b', '', ''],
      ],
      [
        ['1', 'b', '', ''],
        ['1', 'c', '', ''],
      ],
    );
    expect(await diffOf(tables, { key: ['k'] })).toMatchObject({ counts: [1, 1, 0, 0], columns: [['a', 1]] });
  });

  test('pairs what is left by least difference, not by the order of the files', async () => {
    const tables = tablesOf(
      [
        ['1', 'p', 'p', 'p'],
        ['1', 'q', 'q', 'q'],
        ['1', 'r', 'r', 'r'],
      ],
      [
        ['1', 'r', 'r', '-'],
        ['1', 'p', '-', 'p'],
        ['1', '-', 'q', 'q'],
      ],
    );
    const found = await diffOf(tables, { key: ['k'] });
    expect(found.counts).toEqual([0, 3, 0, 0]);
    expect(found.columns.toSorted()).toEqual([
      ['a', 1],
      ['b', 1],
      ['c', 1],
    ]);
  });

  test('takes the best pair first, and leaves the copy that is least like any', async () => {
    const tables = tablesOf(
      [['1', 'p', 'p', 'p']],
      [
        ['1', '-', '-', 'p'],
        ['1', 'p', 'p', '-'],
      ],
    );
    expect(await diffOf(tables, { key: ['k'] })).toMatchObject({ counts: [0, 1, 0, 1], columns: [['c', 1]] });
  });

  test('leaves extra copies on the side that has them', async () => {
    const tables = tablesOf(
      [
        ['1', 'x', '', ''],
        ['1', 'x', '', ''],
        ['2', 'x', '', ''],
        [null, 'x', '', ''],
      ],
      [
        ['1', 'x', '', ''],
        ['1', 'x', '', ''],
        ['1', 'x', '', ''],
        [null, 'x', '', ''],
        [null, 'x', '', ''],
      ],
    );
    expect((await diffOf(tables, { key: ['k'] })).counts).toEqual([3, 0, 1, 2]);
  });
});

describe('a rule on a column of the key', () => {
  const rule = (name: 'trim' | 'ignore_case') => ({ column: 'k', type: null, rule: name }) as const;

  test('brings the key together, and what it forgave is counted', async () => {
    const columns = [text('k'), text('v')];
    const tables = {
      production: table(columns, [
        ['ABC ', 'x'],
        ['d', 'x'],
        ['e', 'x'],
      ]),
      shadow: table(columns, [
        ['abc', 'x'],
        ['D', 'y'],
        ['f', 'x'],
      ]),
    };
    const found = await diffOf(tables, { key: ['k'], normalise: [rule('trim'), rule('ignore_case')] });
    expect({ agreed: found.agreed, counts: found.counts }).toEqual({ agreed: 1, counts: [0, 1, 1, 1] });
    expect(found.columns).toEqual([['v', 1]]);
  });

  test('a rule for all does so too', async () => {
    const columns = [text('k'), text('v')];
    const tables = { production: table(columns, [['A', 'x']]), shadow: table(columns, [['a', 'X']]) };
    const found = await diffOf(tables, { key: ['k'], normalise: [{ column: null, type: null, rule: 'ignore_case' }] });
    expect({ agreed: found.agreed, counts: found.counts }).toEqual({ agreed: 1, counts: [0, 0, 0, 0] });
  });
});

describe('any key over any rows', () => {
  /** By the rule: identical rows pair up as a multiset, then what is left of a key, then the rest is on one side. */
  function naive(production: readonly Row[], shadow: readonly Row[], key: readonly number[]): Counts {
    const left = [...shadow];
    const take = (fits: (row: Row) => boolean): boolean => {
      const at = left.findIndex(fits);
      if (at >= 0) left.splice(at, 1);
      return at >= 0;
    };
    const same = (row: Row) => JSON.stringify(row);
    const keyOf = (row: Row) => JSON.stringify(key.map((i) => row[i] ?? null));
    const unequal = production.filter((row) => !take((other) => same(other) === same(row)));
    const unpaired = unequal.filter((row) => !take((other) => keyOf(other) === keyOf(row)));
    return [production.length - unequal.length, unequal.length - unpaired.length, unpaired.length, left.length];
  }

  test('counts as a comparison of all rows with all rows does', async () => {
    const cell = fc.constantFrom(null, '', 'a', 'b', 'NULL', '0');
    const rows = fc.array(fc.tuple(cell, cell, cell), { maxLength: 12 });
    const columns = [text('a'), text('b'), text('c')];
    const keys = fc.constantFrom([0], [1], [0, 1], [2, 0], [0, 1, 2]);
    await fc.assert(
      fc.asyncProperty(rows, rows, keys, fc.boolean(), async (production, shadow, key, keep) => {
        const tables = { production: table(columns, production), shadow: table(columns, shadow) };
        const names = key.map((i) => columns[i]?.name ?? '');
        expect((await diffOf(tables, { key: names }, keep)).counts).toEqual(naive(production, shadow, key));
      }),
      { numRuns: 40 },
    );
  });
});
