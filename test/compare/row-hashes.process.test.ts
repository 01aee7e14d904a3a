/** Large sides without a key: whether their hashes are held or only their buckets, the rows that differ are the same. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planColumns } from '../../src/compare/column-plan.ts';
import { areHashesHeld } from '../../src/compare/row-hashes.ts';
import { PLAIN_SPEC } from '../../src/core/spec.ts';
import { sql } from '../../src/sql/sql.ts';
import { diffTables, type SmallDiff, type SmallTable } from '../diff/small-tables.ts';

const columns = [
  { name: 'a', type: 'INTEGER' },
  { name: 'b', type: 'VARCHAR' },
];

type Row = SmallTable['rows'][number];

function table(rows: readonly Row[]): SmallTable {
  return { columns, rows };
}

function times(copies: number, row: Row): readonly Row[] {
  return Array.from({ length: copies }, () => row);
}

const WAYS = [
  { way: 'by the hashes of all rows', memory_bytes: null, held: 2 },
  { way: 'by buckets, where memory holds no hashes', memory_bytes: 1n, held: 0 },
] as const;

describe.each(WAYS)('$way', ({ memory_bytes, held }) => {
  async function large<T>(
    production: readonly Row[],
    shadow: readonly Row[],
    look: (diff: SmallDiff) => Promise<T> | T,
  ): Promise<T> {
    const sides = { production: table(production), shadow: table(shadow) };
    const seen = async (diff: SmallDiff): Promise<T> => {
      const { rows } = await diff.engine.run(
        sql`SELECT count(*) FROM duckdb_tables() WHERE table_name IN ('production_hash', 'shadow_hash')`,
      );
      expect(Number(rows[0]?.[0])).toBe(held);
      return look(diff);
    };
    return diffTables(sides, {}, seen, 20, false, memory_bytes);
  }

  const rowsOf = ({ result }: SmallDiff) => result.difference.rows;

  test('of three copies here and one there two have no partner, and each knows its twin', async () => {
    const production = [...times(3, [1, 'x']), [2, 'y']] as const;
    await large(production, [[1, 'x'], ...times(2, [2, 'y'])], async (diff) => {
      expect(rowsOf(diff)).toMatchObject({ equal: 2n, changed: 0n, only_in_production: 2n, only_in_shadow: 1n });
      const { rows } = await diff.engine.run(
        sql`SELECT "row", twin FROM only_in_production UNION ALL SELECT "row", twin FROM only_in_shadow ORDER BY ALL`,
      );
      expect(rows).toEqual([
        [1n, 'identical'],
        [2n, 'identical'],
        [2n, 'identical'],
      ]);
    });
  });

  test('rows of nothing but NULL are rows like others', async () => {
    const none: Row = [null, null];
    await large([...times(2, none), [1, null]], [none, [1, null], [null, '']], (diff) => {
      expect(rowsOf(diff)).toMatchObject({ equal: 2n, only_in_production: 1n, only_in_shadow: 1n });
    });
  });

  test('a row that changed in few of its columns is found with its partner', async () => {
    const wide = ['a', 'b', 'c'].map((name) => ({ name, type: 'VARCHAR' }));
    const production = { columns: wide, rows: [...times(40, ['k', 'l', 'm']), ['x', 'y', 'z']] };
    const shadow = { columns: wide, rows: [...times(40, ['k', 'l', 'm']), ['x', 'y', 'w']] };
    const look = (diff: SmallDiff) => expect(rowsOf(diff)).toMatchObject({ equal: 40n, changed: 1n });
    await diffTables({ production, shadow }, {}, look, 20, false, memory_bytes);
  });

  test.each([
    { where: 'shadow holds no row', production: times(2, [1, 'x']), shadow: [], only: [2n, 0n] },
    { where: 'production holds no row', production: [], shadow: times(2, [1, 'x']), only: [0n, 2n] },
    { where: 'neither holds one', production: [], shadow: [], only: [0n, 0n] },
  ])('$where', async ({ production, shadow, only: [only_in_production, only_in_shadow] }) => {
    await large(production, shadow, (diff) => {
      expect(rowsOf(diff)).toMatchObject({ equal: 0n, changed: 0n, only_in_production, only_in_shadow });
    });
  });

  test('rows pair up as multisets', async () => {
    // Few values make copies, many make hashes that one side lacks: those are found in different ways.
    const rows = fc.oneof(fc.nat(3), fc.nat(60)).map((a): Row => [a, null]);
    const anyRows = fc.array(rows, { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(anyRows, anyRows, async (production, shadow) => {
        await large(production, shadow, (diff) => {
          expect(rowsOf(diff)).toMatchObject({
            equal: BigInt(production.length - surplus(production, shadow)),
            only_in_production: BigInt(surplus(production, shadow)),
            only_in_shadow: BigInt(surplus(shadow, production)),
          });
        });
      }),
      { numRuns: 15, seed: 20261121 },
    );
  });

  test('fingerprints are those of rows that are kept whole', async () => {
    const sides = {
      production: [
        [1, 'x'],
        [null, ''],
        [2, null],
      ],
      shadow: [
        [1, 'x'],
        [1, 'x'],
        [3, 'z'],
      ],
    } as const;
    const kept = await diffTables(
      { production: table(sides.production), shadow: table(sides.shadow) },
      {},
      ({ comparison }) => comparison.fingerprints,
    );
    await large(sides.production, sides.shadow, ({ comparison }) => expect(comparison.fingerprints).toEqual(kept));
  });
});

/** Copies of rows that the other side does not have as often. */
function surplus(rows: readonly Row[], others: readonly Row[]): number {
  const left = others.map(([a]) => a);
  return rows.filter(([a]) => {
    const at = left.indexOf(a ?? null);
    if (at < 0) return true;
    left.splice(at, 1);
    return false;
  }).length;
}

test('hashes are held where there is no key and they take no more than their share of memory', () => {
  const plan = (key: readonly string[]) =>
    planColumns({ production: planned, shadow: planned }, { ...PLAIN_SPEC, key: [...key] });
  const planned = columns.map((column) => ({ ...column, expression: sql`x` }));
  const counts = { production: 5_000_000n, shadow: 5_000_000n };
  expect(areHashesHeld(plan([]), counts, null)).toBe(true);
  expect(areHashesHeld(plan(['a']), counts, null)).toBe(false);
  expect(areHashesHeld(plan([]), counts, 600_000_000n)).toBe(true);
  expect(areHashesHeld(plan([]), counts, 500_000_000n)).toBe(false);
  expect(areHashesHeld(plan([]), { ...counts, shadow: 15_000_000n }, null)).toBe(false);
});
