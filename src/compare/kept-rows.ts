/**
 * Rows in the session: `production_rows` and `shadow_rows` hold `file`, `row`, v0, v1, …, the compared forms c0, c1, … where
 * they are not the values themselves, the row's hash `h` and its `bucket`.
 *
 * A small side is kept whole before anything else, so that its files are read once and every later question is answered
 * from memory. Of a large side only the rows in differing buckets are kept, after the comparison.
 */
import { SIDES, type Side, type Sided } from '../core/side.ts';
import type { Engine } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { ident, join, type Sql, sql } from '../sql/sql.ts';
import { type ColumnPlan, valueName } from './column-plan.ts';
import { columnForms, keyForms } from './side-query.ts';

/** Rows up to which both sides are kept whole; 100,000 rows of 100 columns are some 100 MB. */
export const KEPT_ROWS_MAX = 100_000n;

/** One side's rows with hash and bucket, over the side's query. */
export function hashedRows(plan: ColumnPlan, side: Side, rows: Sql): Sql {
  const values = plan.columns.flatMap((column, i) =>
    column.converted ? [valueName(i), sql`${column.canonical[side]} AS ${formName(plan, i)}`] : [valueName(i)],
  );
  return query('compare/hashed', {
    side: rows,
    values: values.length === 0 ? sql`0 AS "nothing"` : join(values),
    columns: columnForms(plan, side),
    key: keyForms(plan, side),
  });
}

/** The name of the compared form in the kept rows: the value itself where nothing is converted. */
export function formName(plan: ColumnPlan, i: number): Sql {
  return plan.columns[i]?.converted ? ident(`c${i}`) : valueName(i);
}

/** Keeps all rows of one side; returns the query over them that takes the place of the side's own. */
export async function keepAllRows(engine: Engine, plan: ColumnPlan, side: Side, rows: Sql): Promise<Sql> {
  await keepRows(engine, plan, side, rows, sql`true`);
  return query('compare/kept', { rows: ident(`${side}_rows`) });
}

/** Keeps the rows of both sides that lie in buckets which `compareSides` found to differ. */
export async function keepDifferingRows(engine: Engine, plan: ColumnPlan, sides: Sided<Sql>): Promise<void> {
  for (const side of SIDES) await keepRows(engine, plan, side, sides[side], query('compare/in-differing-bucket'));
}

async function keepRows(engine: Engine, plan: ColumnPlan, side: Side, rows: Sql, condition: Sql): Promise<void> {
  const target = ident(`${side}_rows`);
  await engine.run(query('compare/keep', { target, hashed: hashedRows(plan, side, rows), condition }));
}
