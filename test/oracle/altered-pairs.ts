/** Pairs of which it is known beforehand what they must come to: one change, or none but in how the rows are written. */
import fc from 'fast-check';
import { cellOf } from './cells.ts';
import type { Cell } from './column-type.ts';
import { type Layout, PLAIN_LAYOUTS, type RandomPair, randomPair, type WrittenTable } from './random-tables.ts';

const PLAIN_PAIRS = randomPair({ retyped: false, rules: false, columns_change: false });

/** A pair whose shadow is production with one row dropped, doubled or added, or one cell set to NULL or from it. */
export const changedOnce: fc.Arbitrary<RandomPair> = PLAIN_PAIRS.chain((pair) => {
  const { production } = pair;
  const change = fc.constantFrom('drop', 'double', 'add', 'cell', 'cell', 'cell');
  const place = fc.record({ change, row: fc.nat(), column: fc.nat({ max: production.columns.length - 1 }) });
  const values = fc.tuple(...production.columns.map(({ type }) => cellOf(type)));
  return fc.tuple(place, values).map(([where, cells]) => ({
    ...pair,
    shadow: { ...production, rows: changed(production.rows, where, cells), cuts: pair.shadow.cuts.slice(0, 0) },
  }));
});

type Rows = WrittenTable['rows'];

function changed(
  rows: Rows,
  { change, row, column }: { readonly change: string; readonly row: number; readonly column: number },
  cells: readonly Cell[],
): Rows {
  if (rows.length === 0 || change === 'add') return [...rows, cells];
  const at = row % rows.length;
  const chosen = rows[at] as readonly Cell[];
  if (change === 'drop') return rows.toSpliced(at, 1);
  if (change === 'double') return [...rows, chosen];
  return rows.with(at, chosen.with(column, chosen[column] === null ? (cells[column] as Cell) : null));
}

const layout: fc.Arbitrary<Layout> = fc.record({
  options: fc
    .tuple(
      fc.constantFrom(
        '',
        ', COMPRESSION uncompressed',
        ', COMPRESSION zstd',
        ', COMPRESSION gzip',
        ', COMPRESSION brotli',
      ),
      fc.constantFrom('', ', ROW_GROUP_SIZE 2048'),
      // Not both: without a dictionary the engine's second version fails to write nested text of some thousand rows.
      fc.constantFrom('', ', PARQUET_VERSION V2', ', DICTIONARY_SIZE_LIMIT 1', ', DICTIONARY_SIZE_LIMIT 1000000'),
    )
    .map((options) => options.join('')),
  copies: fc.constant(1),
});

function cutsOf(height: number): fc.Arbitrary<readonly number[]> {
  if (height < 2) return fc.constant([]);
  return fc
    .uniqueArray(fc.integer({ min: 1, max: height - 1 }), { maxLength: 3 })
    .map((cuts) => cuts.toSorted((a, b) => a - b));
}

/** A pair of the same rows, each as often, in another order, in other files, row groups, encodings and compression. */
export const rewritten: fc.Arbitrary<RandomPair> = PLAIN_PAIRS.chain((pair) => {
  const { rows } = pair.production;
  return fc
    .record({
      order: fc.shuffledSubarray([...rows], { minLength: rows.length }),
      cuts: fc.tuple(cutsOf(rows.length), cutsOf(rows.length)),
      layouts: fc.tuple(layout, layout),
      copies: fc.constantFrom(1, 1, 700),
    })
    .map(({ order, cuts, layouts: [mine, theirs], copies }) => ({
      ...pair,
      production: { ...pair.production, cuts: cuts[0] },
      shadow: { ...pair.production, rows: order, cuts: cuts[1] },
      layouts: { production: { ...mine, copies }, shadow: { ...theirs, copies } },
    }));
});

/** Any two tables, some of them of several row groups, so that threads have something to share out. */
export const ofAnyHeight: fc.Arbitrary<RandomPair> = fc
  .tuple(randomPair({ retyped: true, rules: true, columns_change: true }), fc.constantFrom(1, 1, 1, 400))
  .map(([pair, copies]) => {
    const options = copies === 1 ? '' : ', ROW_GROUP_SIZE 2048';
    return { ...pair, layouts: { production: { options, copies }, shadow: { options, copies } } };
  });

/** Any two tables of which nothing is agreed. */
export const withoutRules: fc.Arbitrary<RandomPair> = randomPair({
  retyped: true,
  rules: false,
  columns_change: false,
});

/** The pair with its sides in each other's place. */
export function swapped(pair: RandomPair): RandomPair {
  return { ...pair, production: pair.shadow, shadow: pair.production, layouts: PLAIN_LAYOUTS };
}
