/** What two rows side by side say of each column, as SQL over `p`, production's row, and `s`, the shadow's. */
import { type ColumnPlan, type PlannedColumn, toleratedOf, valueName } from '../compare/column-plan.ts';
import { agreedName, formName } from '../compare/kept-rows.ts';
import { withinTolerance } from '../compare/tolerance.ts';
import { ident, join, type Sql, sql } from '../sql/sql.ts';

/** What of the rows is there. */
export interface PairedColumns {
  /** Numbers of the columns that were read. */
  readonly columns: readonly number[];
}

/** How many pairs of each kind, and of each column. `differing` and `agreed` follow the plan's columns. */
export interface PairedCounts {
  readonly changed: bigint;
  readonly agreed: bigint;
  readonly differing_by_column: readonly bigint[];
  readonly agreed_by_column: readonly bigint[];
}

/** The place in production's files: it tells a pair, and needs no sorting of millions of them. */
export const PAIR_NUMBER = sql`(CAST(p."file" AS BIGINT) << 40) | p."row"`;

/** Whether two rows have one key, NULL equal to NULL; never, where there is no key. */
export function sameKey(plan: ColumnPlan, left: Sql, right: Sql): Sql {
  if (plan.key.length === 0) return sql`false`;
  return join(
    plan.key.map((i) => sql`${left}.${agreedName(plan, i)} IS NOT DISTINCT FROM ${right}.${agreedName(plan, i)}`),
    ' AND ',
  );
}

/** Per column the two values and whether they differ: `p0`, `s0`, `d0`, `f0` where what is agreed may forgive it, and both over all columns. */
export function pairedValues(plan: ColumnPlan, part: PairedColumns): Sql {
  const values = part.columns.flatMap((i) => [
    sql`p.${valueName(i)} AS ${ident(`p${i}`)}`,
    sql`s.${valueName(i)} AS ${ident(`s${i}`)}`,
  ]);
  return join([...values, pairedFlags(plan, part)]);
}

/** The same without the values. */
export function pairedFlags(plan: ColumnPlan, { columns }: PairedColumns): Sql {
  const flags = columns.flatMap((i) => {
    const column = plan.columns[i];
    return column === undefined ? [] : flagsOf(plan, column, i);
  });
  return join([
    ...flags,
    sql`${anyOf(plan, columns, 'd')} AS is_changed`,
    sql`${anyOf(plan, columns, 'f')} AS is_agreed`,
  ]);
}

function flagsOf(plan: ColumnPlan, column: PlannedColumn, i: number): readonly Sql[] {
  const isDistinct = (name: Sql): Sql => sql`p.${name} IS DISTINCT FROM s.${name}`;
  const differs = isDistinct(formName(plan, i));
  const forgiven = forgivenBy(plan, column, i, isDistinct);
  if (forgiven === null) return [sql`${column.is_key ? sql`false` : differs} AS ${ident(`d${i}`)}`];
  if (column.is_key) {
    return [sql`false AS ${ident(`d${i}`)}`, sql`(${differs}) AND (${forgiven}) AS ${ident(`f${i}`)}`];
  }
  // A condition is computed for all rows, the branch of a CASE only for those that come to it.
  return [
    sql`CASE WHEN ${differs} THEN NOT (${forgiven}) ELSE false END AS ${ident(`d${i}`)}`,
    sql`(${differs}) AND NOT ${ident(`d${i}`)} AS ${ident(`f${i}`)}`,
  ];
}

/** Whether what is agreed covers the difference of two cells; null where nothing is agreed for the column. */
function forgivenBy(plan: ColumnPlan, column: PlannedColumn, i: number, isDistinct: (name: Sql) => Sql): Sql | null {
  const isSame = column.agreed === null ? null : sql`NOT (${isDistinct(agreedName(plan, i))})`;
  const { value, types } = toleratedOf(column, i);
  const isWithin =
    column.tolerance === null ? null : withinTolerance(sql`p.${value}`, sql`s.${value}`, types, column.tolerance);
  if (isSame === null || isWithin === null) return isSame ?? isWithin;
  return sql`${isSame} OR (${isWithin})`;
}

/** Whether a difference of this column may be agreed. */
function mayAgree({ agreed, tolerance }: PlannedColumn): boolean {
  return agreed !== null || tolerance !== null;
}

/** True where any column differs (`d`), or any differs within what is agreed only (`f`). */
function anyOf(plan: ColumnPlan, columns: readonly number[], flag: 'd' | 'f'): Sql {
  const flags = columns.flatMap((i) => {
    const column = plan.columns[i];
    return column !== undefined && (flag === 'd' || mayAgree(column)) ? [ident(`${flag}${i}`)] : [];
  });
  return flags.length === 0 ? sql`false` : join(flags, ' OR ');
}

/** Two counts of each column, of rows that differ and of those that only what is agreed makes the same, where `condition` holds. */
export function columnCounts(plan: ColumnPlan, columns: readonly number[], condition: Sql = sql`true`): Sql {
  const counted = (flag: 'd' | 'f', i: number): Sql =>
    sql`count(*) FILTER (WHERE ${condition} AND ${ident(`${flag}${i}`)})`;
  const counts = columns.flatMap((i) => {
    const column = plan.columns[i];
    return [counted('d', i), column !== undefined && mayAgree(column) ? counted('f', i) : sql`0`];
  });
  return counts.length === 0 ? sql`0` : join(counts);
}

/** From the numbers that `columnCounts` gave. */
export function byColumn(
  plan: ColumnPlan,
  columns: readonly number[],
  numbers: readonly bigint[],
): Pick<PairedCounts, 'differing_by_column' | 'agreed_by_column'> {
  const of = (i: number, measure: number): bigint => {
    const at = columns.indexOf(i);
    return at < 0 ? 0n : (numbers[2 * at + measure] ?? 0n);
  };
  return {
    differing_by_column: plan.columns.map((_, i) => of(i, 0)),
    agreed_by_column: plan.columns.map((_, i) => of(i, 1)),
  };
}
