import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Sided } from '../../src/core/side.ts';
import type { SqlValue } from '../../src/sql/sql.ts';
import { greedyPartners, type Judge, type PlacedRow, partnersOf, planOf, withThreads } from './leftover-tables.ts';

const columns = [
  { name: 'nothing', type: 'VARCHAR' },
  { name: 'id', type: 'INTEGER' },
  { name: 'kind', type: 'VARCHAR' },
  { name: 'name', type: 'VARCHAR' },
  { name: 'amount', type: 'DOUBLE' },
];

const rules = {
  normalise: [
    { column: 'name', type: null, rule: 'ignore_case' as const },
    { column: 'kind', type: null, rule: 'trim' as const },
  ],
  tolerance: [{ column: 'amount', type: null, abs: 0.5, rel: 0, time_us: 0 }],
};

/** The same rules, in plain JavaScript. */
const judge: Judge = (column, production, shadow) => {
  if (production === shadow) return 'equal';
  if (production === null || shadow === null) return 'differ';
  const agrees = [
    () => false,
    () => false,
    () => String(production).trim() === String(shadow).trim(),
    () => String(production).toLowerCase() === String(shadow).toLowerCase(),
    () => Math.abs(Number(production) - Number(shadow)) <= 0.5,
  ];
  return agrees[column]?.() ? 'agree' : 'differ';
};

const cells: fc.Arbitrary<readonly SqlValue[]> = fc.tuple(
  fc.constant(null),
  fc.constantFrom(null, 1, 2, 3),
  fc.constantFrom(null, 'k', ' k', 'K', ''),
  fc.constantFrom(null, 'a', 'A', 'b'),
  fc.constantFrom(null, 0, 0.5, 0.75, 9),
);

/** Rows at places of two files, in no order. */
const rows: fc.Arbitrary<readonly PlacedRow[]> = fc
  .uniqueArray(fc.record({ file: fc.integer({ min: 0, max: 1 }), row: fc.integer({ min: 0, max: 40 }), cells }), {
    selector: ({ file, row }) => `${file}/${row}`,
    maxLength: 14,
  })
  .map((list) => [...list]);

const both: fc.Arbitrary<Sided<readonly PlacedRow[]>> = fc.record({ production: rows, shadow: rows });

describe('left-over rows find the partners that a naive search of all pairs gives', () => {
  test.each([
    ['one key column', ['id']],
    ['two key columns, one with a rule', ['id', 'kind']],
  ])('with %s', async (_name, key) => {
    const plan = planOf(columns, { ...rules, key });
    const isKey = (cell: number): boolean => key.includes(columns[cell]?.name ?? '');
    const sameKey = (p: PlacedRow, s: PlacedRow): boolean =>
      p.cells.every((cell, i) => !isKey(i) || judge(i, cell, s.cells[i] ?? null) !== 'differ');
    await withThreads(2, (engine) =>
      fc.assert(
        fc.asyncProperty(both, async (tables) => {
          const { partners, notes } = await partnersOf(engine, plan, columns, tables);
          expect(partners).toEqual(greedyPartners(tables, judge, sameKey));
          expect(notes).toEqual([]);
        }),
        { numRuns: 40 },
      ),
    );
  });

  for (const width of [1, 2, 3, 5]) {
    test(`without a key, over ${width} columns`, async () => {
      const some = columns.slice(5 - width);
      const isThere = ({ column }: { readonly column: string }): boolean => some.some(({ name }) => name === column);
      const plan = planOf(some, {
        normalise: rules.normalise.filter(isThere),
        tolerance: rules.tolerance.filter(isThere),
      });
      const judged: Judge = (column, p, s) => judge(column + 5 - width, p, s);
      const narrow = (list: readonly PlacedRow[]) => list.map((row) => ({ ...row, cells: row.cells.slice(5 - width) }));
      await withThreads(2, (engine) =>
        fc.assert(
          fc.asyncProperty(both, async (tables) => {
            const narrowed = { production: narrow(tables.production), shadow: narrow(tables.shadow) };
            const { partners, notes } = await partnersOf(engine, plan, some, narrowed);
            expect(partners).toEqual(greedyPartners(narrowed, judged, (_p, _s, agreeing) => agreeing > width / 2));
            expect(notes).toEqual([]);
          }),
          { numRuns: 30 },
        ),
      );
    });
  }
});
