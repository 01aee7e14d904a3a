/** Which cells are looked at while a cause is sought: all of them, or of many some that are read once and asked several times. */
import type { Engine } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { ident, integer, join, type Sql, sql } from '../sql/sql.ts';
import type { ColumnCells } from './column-cells.ts';

/**
 * Causes are ranked on at most about this many differing cells and as many of all; only the winner is counted on every
 * row. A cause behind a quarter of a percent of the differing cells still shows its five witnesses in 5,000.
 */
export const SAMPLE_ROWS = 5_000n;
/** To find parameters fewer do: a cause below five percent of the cells is not accepted anyway. */
export const SUGGESTING_ROWS = 2_000n;
/** Up to so many rows every question is asked of them all, which takes a few milliseconds. */
const ASKED_WHOLE = 100_000n;

/** A table with `pair` and the column's values and whether they differ, as in `changed_rows`. */
export interface LookedAt {
  readonly rows: Sql;
  readonly is_sample: boolean;
}

/** Of so many rows every how many-th is taken, for about as many as are wanted. */
export function stepFor(rows: bigint, wanted: bigint): bigint {
  return rows <= wanted ? 1n : (rows + wanted - 1n) / wanted;
}

/** Chosen by the hash of the pair, so that a statement that samples for itself finds the same cells here as among all. */
export async function cellsToLookAt(engine: Engine, cells: ColumnCells, differing: bigint): Promise<LookedAt> {
  if (differing <= ASKED_WHOLE) return { rows: sql`changed_rows`, is_sample: false };
  const sampled = [SAMPLE_ROWS, SUGGESTING_ROWS].map(
    (wanted) => sql`hash(pair) % ${integer(stepFor(differing, wanted))} = 0`,
  );
  await engine.run(
    query('diagnose/sample-cells', {
      columns: join(['p', 's', 'd'].map((prefix) => ident(`${prefix}${cells.index}`))),
      differs: cells.differs,
      sampled: join(sampled, ' OR '),
    }),
  );
  return { rows: sql`sampled_cells`, is_sample: true };
}

/** Of the rows that causes are held against, those on which the causes of these columns are ranked. */
export async function populationToLookAt(
  engine: Engine,
  population: Sql,
  rows: bigint,
  columns: readonly ColumnCells[],
): Promise<Sql> {
  if (rows <= ASKED_WHOLE || columns.length === 0) return population;
  const step = integer(stepFor(rows, SAMPLE_ROWS));
  const values = join(columns.map(({ value }) => value));
  await engine.run(query('diagnose/sample-population', { values, population, step }));
  return sql`SELECT * FROM sampled_population`;
}
