import { describe, expect, test } from 'vitest';
import { sql } from '../../src/sql/sql.ts';
import { diffTables, type SmallTable } from './small-tables.ts';

const columns = [
  { name: 'id', type: 'INTEGER' },
  { name: 'price', type: 'DECIMAL(10,3)' },
  { name: 'note', type: 'VARCHAR' },
];

function table(...rows: SmallTable['rows'][number][]): SmallTable {
  return { columns, rows };
}

describe('tolerance', () => {
  test('forgives what lies within it, counts it, and forgives nothing else', async () => {
    const tables = {
      production: table([1, '10.000', 'a'], [2, '10.000', 'a'], [3, '10.000', 'a'], [4, '10.000', 'a'], [5, null, 'a']),
      shadow: table([1, '10.005', 'a'], [2, '10.006', 'a'], [3, '10.004', 'b'], [4, '10.000', 'a'], [5, '0.000', 'a']),
    };
    await diffTables(
      tables,
      { key: ['id'], tolerance: [{ column: 'price', type: null, abs: 0.005, rel: 0, time_us: 0 }] },
      ({ result }) => {
        const { rows, columns } = result.difference;
        expect(rows).toMatchObject({ equal: 1n, agreed: 1n, changed: 3n });
        expect(columns.find(({ column }) => column === 'price')).toMatchObject({
          differing_rows: 2n,
          agreed_rows: 2n,
          agreed_by: 'tolerance abs 0.005',
        });
        expect(columns.find(({ column }) => column === 'note')).toMatchObject({ differing_rows: 1n, agreed_rows: 0n });
      },
    );
  });

  test('subtracts whole numbers exactly: beyond 2^53 doubles would see no difference at all', async () => {
    const whole = [
      { name: 'id', type: 'INTEGER' },
      { name: 'n', type: 'BIGINT' },
    ];
    const tables = {
      production: {
        columns: whole,
        rows: [
          [1, 9007199254740993n],
          [2, 9007199254740994n],
        ],
      },
      shadow: {
        columns: whole,
        rows: [
          [1, 9007199254740992n],
          [2, 9007199254740992n],
        ],
      },
    };
    await diffTables(
      tables,
      { key: ['id'], tolerance: [{ column: null, type: null, abs: 1, rel: 0, time_us: 0 }] },
      ({ result }) => {
        expect(result.difference.rows).toMatchObject({ agreed: 1n, changed: 1n });
      },
    );
  });

  test('relative tolerance is a share of the larger number', async () => {
    const tables = {
      production: table([1, '100.000', 'a'], [2, '100.000', 'a']),
      shadow: table([1, '101.000', 'a'], [2, '101.100', 'a']),
    };
    await diffTables(
      tables,
      { key: ['id'], tolerance: [{ column: 'price', type: null, abs: 0, rel: 0.01, time_us: 0 }] },
      ({ result }) => {
        expect(result.difference.rows).toMatchObject({ agreed: 1n, changed: 1n });
      },
    );
  });
});

describe('duplicates', () => {
  test('extra copies stand on one side, and say what the other side holds', async () => {
    const tables = {
      production: table([1, '1', 'a'], [2, '2', 'b']),
      shadow: table([1, '1', 'a'], [1, '1', 'a'], [2, '2', 'b'], [2, '2', 'other'], [3, '3', 'c']),
    };
    await diffTables(tables, { key: ['id'] }, async ({ result, engine }) => {
      expect(result.difference.rows).toMatchObject({
        equal: 2n,
        changed: 0n,
        only_in_shadow: 3n,
        duplicate_keys: { production: { groups: 0n, extra_rows: 0n }, shadow: { groups: 2n, extra_rows: 2n } },
      });
      const { rows } = await engine.run(sql`SELECT v0, twin FROM only_in_shadow ORDER BY v0`);
      expect(rows).toEqual([
        [1, 'identical'],
        [2, 'same_key'],
        [3, null],
      ]);
    });
  });

  test('NULL in the key pairs with NULL and is counted', async () => {
    const tables = {
      production: table([null, '1', 'a'], [1, '1', 'a']),
      shadow: table([null, '2', 'a'], [1, '1', 'a']),
    };
    await diffTables(tables, { key: ['id'] }, ({ result }) => {
      expect(result.difference.rows).toMatchObject({ changed: 1n, null_keys: { production: 1n, shadow: 1n } });
    });
  });
});

describe('columns', () => {
  test('whatever they are called, they are told apart', async () => {
    const names = ['id', 'ID', '__proto__', 'v0', 'file', 'row', 'a"b', 'constructor', '1', ' '];
    const hostile = names.map((name) => ({ name, type: 'VARCHAR' }));
    const production = names.map((_, i) => `value ${i}`);
    for (const [i, name] of names.entries()) {
      if (i === 0) continue;
      const tables = {
        production: { columns: hostile, rows: [production] },
        shadow: { columns: hostile, rows: [production.with(i, 'other')] },
      };
      await diffTables(tables, { key: ['id'] }, ({ result, comparison }) => {
        expect(comparison.differing_columns).toEqual([name]);
        expect(result.difference.columns.map(({ column }) => column)).toEqual([name]);
        expect(result.difference.examples[0]?.cells).toEqual([
          { column: name, production: `value ${i}`, shadow: 'other', paths: [] },
        ]);
      });
    }
  });

  test('are profiled over all compared rows of each side', async () => {
    const tables = {
      production: table([1, '1', 'b'], [2, '2', null], [3, '3', 'a']),
      shadow: table([1, '1', 'b'], [2, '2', 'z'], [3, '3', 'a']),
    };
    await diffTables(tables, { key: ['id'] }, ({ result }) => {
      expect(result.difference.columns).toEqual([
        {
          column: 'note',
          type: 'VARCHAR',
          differing_rows: 1n,
          agreed_rows: 0n,
          agreed_by: null,
          profile: {
            production: { nulls: 1n, distinct: 2n, min: 'a', max: 'b' },
            shadow: { nulls: 0n, distinct: 3n, min: 'a', max: 'z' },
          },
        },
      ]);
    });
  });

  test('reordered, renamed by the spec and retyped ones are compared all the same', async () => {
    const tables = {
      production: {
        columns: [
          { name: 'id', type: 'INTEGER' },
          { name: 'a', type: 'INTEGER' },
          { name: 'b', type: 'VARCHAR' },
        ],
        rows: [
          [1, 7, 'x'],
          [2, 8, 'y'],
        ],
      },
      shadow: {
        columns: [
          { name: 'bb', type: 'VARCHAR' },
          { name: 'a', type: 'BIGINT' },
          { name: 'id', type: 'INTEGER' },
        ],
        rows: [
          ['x', 7, 1],
          ['y', 9, 2],
        ],
      },
    };
    await diffTables(
      tables,
      { key: ['id'], renamed: [{ production: 'b', shadow: 'bb' }] },
      ({ result, comparison }) => {
        expect(comparison.schema).toMatchObject({
          only_in_production: [],
          only_in_shadow: [],
          reordered: true,
          renamed: [{ production: 'b', shadow: 'bb' }],
          retyped: [{ column: 'a', production: 'INTEGER', shadow: 'BIGINT', compared_as: 'BIGINT' }],
        });
        expect(result.difference.columns.map(({ column, type }) => [column, type])).toEqual([
          ['a', 'INTEGER → BIGINT'],
        ]);
      },
    );
  });
});

describe('the spec', () => {
  test('names that neither side has are refused, all at once', async () => {
    const tables = { production: table([1, '1', 'a']), shadow: table([1, '1', 'a']) };
    const spec = {
      key: ['nope'],
      ignore: ['gone'],
      tolerance: [{ column: 'prise', type: null, abs: 1, rel: 0, time_us: 0 }],
    };
    await expect(diffTables(tables, spec, () => null)).rejects.toMatchObject({
      troubles: [
        { code: 'unknown_column', subject: 'nope', place: 'key' },
        { code: 'unknown_column', subject: 'gone', place: 'ignore' },
        { code: 'unknown_column', subject: 'prise', place: 'tolerance' },
      ],
    });
  });

  test('a sample keeps the same keys on both sides', async () => {
    const many = Array.from({ length: 2000 }, (_, i) => [i, '1', i % 10 === 0 ? 'x' : 'a'] as const);
    const tables = {
      production: table(...many),
      shadow: table(...many.map(([id, price]) => [id, price, 'a'] as const)),
    };
    await diffTables(tables, { key: ['id'], sample: 0.2 }, ({ result }) => {
      const { rows, rows_compared } = result.difference;
      expect(rows.only_in_production + rows.only_in_shadow).toBe(0n);
      expect(rows_compared.production).toBe(rows_compared.shadow);
      expect(Number(rows_compared.production)).toBeGreaterThan(300);
      expect(Number(rows_compared.production)).toBeLessThan(500);
      expect(Number(rows.changed)).toBeGreaterThan(15);
    });
  });
});

describe('examples', () => {
  test('differ from each other: every pattern has its turn, first and last before the ones between', async () => {
    const production = Array.from({ length: 100 }, (_, i) => [i, '1', 'a'] as const);
    const shadow = production.map(([id]) =>
      id === 50 ? ([id, '2', 'b'] as const) : id >= 90 ? ([id, '2', 'a'] as const) : ([id, '1', 'b'] as const),
    );
    await diffTables(
      { production: table(...production), shadow: table(...shadow) },
      { key: ['id'] },
      ({ result }) => {
        const keys = result.difference.examples.map(({ key }) => Number(key[0]?.value));
        expect(keys).toEqual(expect.arrayContaining([0, 89, 90, 99, 50]));
        expect(keys.length).toBe(5);
        expect(new Set(keys).size).toBe(5);
      },
      5,
    );
  });

  test('come from the tables of the diff, and carry their place in the files', async () => {
    const tables = {
      production: table([1, '1', 'a'], [2, '1', 'a'], [9, '1', 'p']),
      shadow: table([2, '1', 'b'], [1, '1', 'a'], [8, '1', 's']),
    };
    await diffTables(tables, { key: ['id'] }, ({ result }) => {
      expect(
        result.difference.examples.map(({ kind, places }) => [
          kind,
          places.production?.row ?? null,
          places.shadow?.row ?? null,
        ]),
      ).toEqual([
        ['changed', 1n, 0n],
        ['only_in_production', 2n, null],
        ['only_in_shadow', null, 2n],
      ]);
    });
  });
});
