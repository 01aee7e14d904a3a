/** One side as a query: where the two sides enter, once. */
import type { Side } from '../core/side.ts';
import type { SideTable } from '../partition/side-table.ts';
import { query } from '../sql/query-file.ts';
import { integer, join, type Sql, sql } from '../sql/sql.ts';
import { type ColumnPlan, mappedName, valueName } from './column-plan.ts';

/** Conditions that decide which rows take part, beside the files themselves. */
export interface RowFilter {
  /** From the user, through `sql.userExpression`; null for all rows. */
  readonly where: Sql | null;
  /** Share of the keys, by their hash, so that both sides keep the same ones; null for all. */
  readonly sample: number | null;
}

const SAMPLE_STEPS = 1_000_000;

/** Rows of a side with the columns `file`, `row`, `v0`, `v1`, …, `m<i>` where an expression is a rule, and, after them, the named extra expressions over the side's own columns. */
export function sideQuery(
  side: Side,
  table: Pick<SideTable, 'file' | 'row' | 'from'>,
  plan: ColumnPlan,
  filter: RowFilter,
  extra: readonly { readonly name: Sql; readonly expression: Sql }[] = [],
): Sql {
  const values = plan.columns.flatMap((column, i) => [
    sql`${column.source[side]} AS ${valueName(i)}`,
    ...(column.mapped === null ? [] : [sql`${column.mapped[side]} AS ${mappedName(i)}`]),
  ]);
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
    key: agreedForms(plan, side, plan.key.length > 0 ? plan.key : plan.columns.map((_, i) => i)),
    steps: integer(SAMPLE_STEPS),
    kept: integer(Math.max(1, Math.round(filter.sample * SAMPLE_STEPS))),
  });
}

/** The exact forms of all columns, over v0, v1, …: what a row's hash is made of. */
export function columnForms(plan: ColumnPlan, side: Side): Sql {
  return plan.columns.length === 0 ? sql`0` : join(plan.columns.map((column) => column.canonical[side]));
}

/** The agreed forms of the key, since rows whose keys agree belong together; the exact forms of all columns where there is no key. */
export function keyForms(plan: ColumnPlan, side: Side): Sql {
  return plan.key.length === 0 ? columnForms(plan, side) : agreedForms(plan, side, plan.key);
}

function agreedForms(plan: ColumnPlan, side: Side, columns: readonly number[]): Sql {
  const forms = columns.flatMap((i) => {
    const column = plan.columns[i];
    return column === undefined ? [] : [(column.agreed ?? column.canonical)[side]];
  });
  return forms.length === 0 ? sql`0` : join(forms);
}
