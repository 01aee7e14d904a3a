/** One side as a query: where the two sides enter, once. */
import type { Side } from '../core/side.ts';
import type { SideTable } from '../partition/side-table.ts';
import { query } from '../sql/query-file.ts';
import { integer, join, type Sql, sql } from '../sql/sql.ts';
import { type ColumnPlan, valueName } from './column-plan.ts';

/** Conditions that decide which rows take part, beside the files themselves. */
export interface RowFilter {
  /** From the user, through `sql.userExpression`; null for all rows. */
  readonly where: Sql | null;
  /** Share of the keys, by their hash, so that both sides keep the same ones; null for all. */
  readonly sample: number | null;
}

const SAMPLE_STEPS = 1_000_000;

/** Rows of a side with the columns `file`, `row`, `v0`, `v1`, … and, after them, the named extra expressions over the side's own columns. */
export function sideQuery(
  side: Side,
  table: Pick<SideTable, 'file' | 'row' | 'from'>,
  plan: ColumnPlan,
  filter: RowFilter,
  extra: readonly { readonly name: Sql; readonly expression: Sql }[] = [],
): Sql {
  const values = plan.columns.map((column, i) => sql`${column.source[side]} AS ${valueName(i)}`);
  const all = [...values, ...extra.map(({ name, expression }) => sql`${expression} AS ${name}`)];
  const rows = query('compare/side', {
    file: table.file,
    row: table.row,
    values: all.length === 0 ? sql`0 AS "nothing"` : join(all),
    from: table.from,
    condition: filter.where ?? sql`true`,
  });
  if (filter.sample === null) return rows;
  return query('compare/sample', {
    side: rows,
    key: keyForms(plan, side),
    steps: integer(SAMPLE_STEPS),
    kept: integer(Math.max(1, Math.round(filter.sample * SAMPLE_STEPS))),
  });
}

/** The compared forms of all columns, over v0, v1, …: what a row's hash is made of. */
export function columnForms(plan: ColumnPlan, side: Side): Sql {
  return plan.columns.length === 0 ? sql`0` : join(plan.columns.map((column) => column.canonical[side]));
}

/** The compared forms of the key; of all columns where there is no key. */
export function keyForms(plan: ColumnPlan, side: Side): Sql {
  const key = plan.key.flatMap((i) => plan.columns[i]?.canonical[side] ?? []);
  return key.length === 0 ? columnForms(plan, side) : join(key);
}
