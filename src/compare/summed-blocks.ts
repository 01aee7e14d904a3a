/** Which blocks of columns share a sum in the first pass, so that the second need read little: heavy ones stand alone. */
import { familyOf } from '../core/column.ts';
import type { Engine } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { integer, join, type Sql, sql } from '../sql/sql.ts';
import { type ColumnPlan, valueName } from './column-plan.ts';
import { columnBlocks } from './row-hash.ts';

/** Columns for which one more sum pays. */
const COLUMNS_PER_SUM = 4;
const SUMS_MAX = 16;
const ROWS_WEIGHED = 2_000;
/** Of all that is read: a block of more stands alone. */
const HEAVY_SHARE = 0.25;

/** Numbers of blocks (of `columnBlocks`), sum by sum; one of all where a second would not pay. */
export async function summedBlocks(
  engine: Engine,
  plan: ColumnPlan,
  productionRows: Sql,
): Promise<readonly (readonly number[])[]> {
  const blocks = columnBlocks(plan);
  const count = Math.min(SUMS_MAX, Math.floor(plan.columns.length / COLUMNS_PER_SUM));
  if (count < 2 || blocks.length < 2) return [blocks.map((_, i) => i)];
  const weights = await weighColumns(engine, plan, productionRows);
  return shareSums(
    blocks.map((block) => block.reduce((sum, i) => sum + (weights[i] ?? 0), 0)),
    count,
  );
}

/** Heavy blocks alone, the others side by side in what sums are left. `weights` of the blocks, in any unit. */
export function shareSums(weights: readonly number[], count: number): readonly (readonly number[])[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const isHeavy = (i: number): boolean => (weights[i] ?? 0) > HEAVY_SHARE * total;
  const numbers = weights.map((_, i) => i);
  const heavy = numbers.filter(isHeavy).slice(0, count - 1);
  const light = numbers.filter((i) => !heavy.includes(i));
  const left = Math.min(light.length, Math.max(1, count - heavy.length));
  const start = (sum: number): number => Math.ceil((sum * light.length) / left);
  const shared = Array.from({ length: left }, (_, sum) => light.slice(start(sum), start(sum + 1)));
  return [...shared, ...heavy.map((i) => [i])].filter((sum) => sum.length > 0);
}

/** Numbers and dates take little of a file, and are read at once: measured, a text of 28 characters costs as much as a dozen. */
const FIXED_BYTES = 2;

/** What it costs to read each column, about: the length of its values, by the first rows. */
async function weighColumns(engine: Engine, plan: ColumnPlan, rows: Sql): Promise<readonly number[]> {
  const measures = plan.columns.map(({ types }, i) =>
    ['text', 'blob', 'nested', 'other'].includes(familyOf(types.production))
      ? sql`coalesce(avg(strlen(CAST(${valueName(i)} AS VARCHAR))), 0)`
      : sql`${integer(FIXED_BYTES)}`,
  );
  const statement = query('compare/weights', { rows, most: integer(ROWS_WEIGHED), measures: join(measures) });
  return ((await engine.run(statement)).rows[0] ?? []).map(Number);
}
