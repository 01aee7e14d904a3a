import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diffTables, type SmallTable } from './small-tables.ts';

type Row = readonly [number | null, string, number | null];

const columns = [
  { name: 'id', type: 'INTEGER' },
  { name: 'name', type: 'VARCHAR' },
  { name: 'amount', type: 'DOUBLE' },
];

const rows: fc.Arbitrary<Row[]> = fc.array(
  fc.tuple(
    fc.option(fc.integer({ min: 0, max: 4 }), { nil: null }),
    fc.constantFrom('a', 'b', ''),
    fc.constantFrom(null, 0, 1.5),
  ),
  { maxLength: 12 },
);

function tableOf(list: readonly Row[]): SmallTable {
  return { columns, rows: list };
}

/** What the tool promises, done the slow way: identical rows as a multiset, then left-over rows of a key in order. */
function oracle(production: readonly Row[], shadow: readonly Row[], keyed: boolean) {
  const text = (row: Row): string => JSON.stringify(row);
  const leftOver = (mine: readonly Row[], theirs: readonly Row[]): Row[] => {
    const copies = new Map<string, number>();
    for (const row of theirs) copies.set(text(row), (copies.get(text(row)) ?? 0) + 1);
    return mine.filter((row) => {
      const left = copies.get(text(row)) ?? 0;
      copies.set(text(row), left - 1);
      return left <= 0;
    });
  };
  const left = leftOver(production, shadow);
  const right = leftOver(shadow, production);
  if (!keyed) return { changed: 0, only_in_production: left.length, only_in_shadow: right.length, byColumn: [0, 0, 0] };
  const byColumn = [0, 0, 0];
  let changed = 0;
  const unmatched = [...right];
  const partnerless = left.filter((row) => {
    const at = unmatched.findIndex((other) => other[0] === row[0]);
    if (at < 0) return true;
    const [other] = unmatched.splice(at, 1);
    changed += 1;
    row.forEach((cell, i) => {
      if (cell !== other?.[i]) byColumn[i] = (byColumn[i] ?? 0) + 1;
    });
    return false;
  });
  return { changed, only_in_production: partnerless.length, only_in_shadow: unmatched.length, byColumn };
}

describe('row differences', () => {
  for (const keyed of [true, false]) {
    test(`${keyed ? 'with a key' : 'without a key'} they are those of a naive multiset diff, and the counts add up`, async () => {
      await fc.assert(
        fc.asyncProperty(rows, rows, fc.boolean(), async (production, shadow, keep) => {
          const found = await diffTables(
            { production: tableOf(production), shadow: tableOf(shadow) },
            { key: keyed ? ['id'] : [] },
            ({ result, comparison }) => ({ ...result.difference, kinds: comparison.kinds }),
            20,
            keep,
          );
          const expected = oracle(production, shadow, keyed);
          expect(Number(found.rows.changed)).toBe(expected.changed);
          expect(Number(found.rows.only_in_production)).toBe(expected.only_in_production);
          expect(Number(found.rows.only_in_shadow)).toBe(expected.only_in_shadow);
          expect(
            columns.map(({ name }) =>
              Number(found.columns.find(({ column }) => column === name)?.differing_rows ?? 0n),
            ),
          ).toEqual(expected.byColumn);
          const paired = found.rows.equal + found.rows.agreed + found.rows.changed;
          expect(paired + found.rows.only_in_production).toBe(BigInt(production.length));
          expect(paired + found.rows.only_in_shadow).toBe(BigInt(shadow.length));
          const differs = expected.changed + expected.only_in_production + expected.only_in_shadow > 0;
          expect(found.kinds.length > 0).toBe(differs);
        }),
        { numRuns: 60 },
      );
    });
  }

  test('any change to one cell, row or multiplicity is a mismatch, and any order of rows is not', async () => {
    await fc.assert(
      fc.asyncProperty(
        rows.filter((list) => list.length > 0),
        fc.nat(),
        fc.constantFrom('cell', 'drop', 'double', 'reverse'),
        async (production, at, change) => {
          const i = at % production.length;
          const row = production[i] as Row;
          const shadow =
            change === 'cell'
              ? production.with(i, [row[0], `${row[1]}x`, row[2]])
              : change === 'drop'
                ? production.toSpliced(i, 1)
                : change === 'double'
                  ? [...production, row]
                  : production.toReversed();
          const kinds = await diffTables(
            { production: tableOf(production), shadow: tableOf(shadow as Row[]) },
            { key: ['id'] },
            ({ comparison }) => comparison.kinds,
          );
          expect(kinds).toEqual(change === 'reverse' ? [] : change === 'cell' ? ['checksum'] : ['row_count']);
        },
      ),
      { numRuns: 60 },
    );
  });
});
