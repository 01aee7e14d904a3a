/**
 * From differing buckets to row differences, as a multiset: identical rows are paired first, then left-over rows of one
 * key in order; what remains stands on one side only. Without a key there are no pairs beyond the identical ones.
 */

import type { ColumnPlan, PlannedColumn } from '../compare/column-plan.ts';
import { valueName } from '../compare/column-plan.ts';
import { formName } from '../compare/kept-rows.ts';
import { withinTolerance } from '../compare/tolerance.ts';
import { otherSide, SIDES, type Side } from '../core/side.ts';
import type { Engine } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { ident, join, type Sql, sql } from '../sql/sql.ts';

/** The counts over `paired_rows` and the two `only_in_…` tables. `differing` and `agreed` follow the plan's columns. */
export interface PairCounts {
  readonly changed: bigint;
  readonly agreed: bigint;
  readonly only_in_production: bigint;
  readonly only_in_shadow: bigint;
  readonly differing_by_column: readonly bigint[];
  readonly agreed_by_column: readonly bigint[];
}

/** What is known of the kept rows. */
export interface KeptRows {
  /** No key stands twice on either side. */
  readonly keys_are_unique: boolean;
}

/** Makes the tables of `tables.ts` from the kept rows, and counts. */
export async function pairRows(engine: Engine, plan: ColumnPlan, kept: KeptRows): Promise<PairCounts> {
  if (kept.keys_are_unique) await pairUnique(engine, plan);
  else await pairAny(engine, plan);
  await engine.run(query('diff/changed'));
  return count(engine, plan);
}

/** One full join, and views over it. */
async function pairUnique(engine: Engine, plan: ColumnPlan): Promise<void> {
  const order = plan.key.map((i) => sql`coalesce(p.${formName(plan, i)}, s.${formName(plan, i)})`);
  await engine.run(
    query('diff/pair-unique', {
      order: join(order),
      values: pairedValues(plan),
      same_key: sameKey(plan, sql`p`, sql`s`),
    }),
  );
  await engine.run(query('diff/paired-view'));
  for (const side of SIDES) {
    const values = plan.columns.map(
      (_, i) => sql`${ident(`${side === 'production' ? 'p' : 's'}${i}`)} AS ${valueName(i)}`,
    );
    await engine.run(
      query('diff/only-view', {
        target: ident(`only_in_${side}`),
        file: ident(`${side}_file`),
        row: ident(`${side}_row`),
        other_file: ident(`${otherSide(side)}_file`),
        values: join(values),
      }),
    );
  }
}

/** Step by step: identical rows as a multiset, left-over rows of one key in order, the rest. */
async function pairAny(engine: Engine, plan: ColumnPlan): Promise<void> {
  const hasKey = plan.key.length > 0;
  for (const side of SIDES) await leaveOver(engine, plan, side);
  await engine.run(
    query('diff/pair', {
      order: hasKey ? join(plan.key.map((i) => sql`p.${formName(plan, i)}`)) : sql`p."file", p."row"`,
      values: pairedValues(plan),
      same_key: sameKey(plan, sql`p`, sql`s`),
    }),
  );
  for (const side of SIDES) await keepPartnerless(engine, plan, side);
}

/** Whether two rows have one key, NULL equal to NULL; never, where there is no key. */
function sameKey(plan: ColumnPlan, left: Sql, right: Sql): Sql {
  if (plan.key.length === 0) return sql`false`;
  return join(
    plan.key.map((i) => sameForm(plan, i, left, right)),
    ' AND ',
  );
}

function sameForm(plan: ColumnPlan, i: number, left: Sql, right: Sql): Sql {
  return sql`${left}.${formName(plan, i)} IS NOT DISTINCT FROM ${right}.${formName(plan, i)}`;
}

async function leaveOver(engine: Engine, plan: ColumnPlan, side: Side): Promise<void> {
  await engine.run(
    query('diff/leftover', {
      target: ident(`leftover_${side}`),
      rows: ident(`${side}_rows`),
      other_rows: ident(`${otherSide(side)}_rows`),
      key: plan.key.length === 0 ? sql`h` : join(plan.key.map((i) => formName(plan, i))),
    }),
  );
}

/** Per column the two values and whether they differ: `p0`, `s0`, `d0`, `a0` where they may differ within tolerance, and both over all columns. */
function pairedValues(plan: ColumnPlan): Sql {
  if (plan.columns.length === 0) return sql`false AS is_changed, false AS is_agreed`;
  const values = plan.columns.flatMap((column, i) => pairedValue(plan, column, i));
  return join([...values, sql`${anyOf(plan, 'd')} AS is_changed`, sql`${anyOf(plan, 'a')} AS is_agreed`]);
}

function pairedValue(plan: ColumnPlan, column: PlannedColumn, i: number): readonly Sql[] {
  const differs = column.is_key ? sql`false` : sql`NOT (${sameForm(plan, i, sql`p`, sql`s`)})`;
  const within =
    column.tolerance === null
      ? sql`false`
      : withinTolerance(sql`p.${valueName(i)}`, sql`s.${valueName(i)}`, column.types, column.tolerance);
  return [
    sql`p.${valueName(i)} AS ${ident(`p${i}`)}`,
    sql`s.${valueName(i)} AS ${ident(`s${i}`)}`,
    sql`${differs} AND NOT (${within}) AS ${ident(`d${i}`)}`,
    ...(column.tolerance === null ? [] : [sql`${differs} AND (${within}) AS ${ident(`a${i}`)}`]),
  ];
}

async function keepPartnerless(engine: Engine, plan: ColumnPlan, side: Side): Promise<void> {
  const partner =
    side === 'production'
      ? sql`r.production_file = l."file" AND r.production_row = l."row"`
      : sql`r.shadow_file = l."file" AND r.shadow_row = l."row"`;
  const hasKey = plan.key.length > 0;
  await engine.run(
    query('diff/only', {
      target: ident(`only_in_${side}`),
      leftover: ident(`leftover_${side}`),
      other_rows: ident(`${otherSide(side)}_rows`),
      is_partner: partner,
      has_key: hasKey ? sql`true` : sql`false`,
      same_key: sameKey(plan, sql`o`, sql`l`),
      values:
        plan.columns.length === 0 ? sql`0 AS "nothing"` : join(plan.columns.map((_, i) => sql`l.${valueName(i)}`)),
    }),
  );
}

/** True where any column differs (`d`), or any differs within tolerance only (`a`). */
function anyOf(plan: ColumnPlan, flag: 'd' | 'a'): Sql {
  const flags = plan.columns.flatMap((column, i) =>
    flag === 'd' || column.tolerance !== null ? [ident(`${flag}${i}`)] : [],
  );
  return flags.length === 0 ? sql`false` : join(flags, ' OR ');
}

async function count(engine: Engine, plan: ColumnPlan): Promise<PairCounts> {
  const columns = plan.columns.flatMap((column, i) => [
    sql`count(*) FILTER (WHERE ${ident(`d${i}`)})`,
    column.tolerance === null ? sql`0` : sql`count(*) FILTER (WHERE ${ident(`a${i}`)})`,
  ]);
  const { rows } = await engine.run(
    query('diff/counts', {
      columns: columns.length === 0 ? sql`0` : join(columns),
    }),
  );
  const numbers = (rows[0] ?? []).map((cell) => BigInt(String(cell)));
  const at = (i: number): bigint => numbers[i] ?? 0n;
  return {
    changed: at(0),
    agreed: at(1),
    only_in_production: at(2),
    only_in_shadow: at(3),
    differing_by_column: plan.columns.map((_, i) => at(4 + 2 * i)),
    agreed_by_column: plan.columns.map((_, i) => at(5 + 2 * i)),
  };
}
