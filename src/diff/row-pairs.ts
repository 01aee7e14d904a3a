/**
 * From kept rows to row differences, as a multiset: identical rows are paired first, then rows that are identical after the
 * agreed rules, then the left-over rows that belong together by key or by likeness; what remains stands on one side only.
 */

import { type ColumnPlan, type PlannedColumn, toleratedOf, valueName } from '../compare/column-plan.ts';
import { agreedName, formName } from '../compare/kept-rows.ts';
import { hasAgreedForms } from '../compare/row-hash.ts';
import { withinTolerance } from '../compare/tolerance.ts';
import { otherSide, SIDES, type Side } from '../core/side.ts';
import type { Engine } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { ident, join, type Sql, sql } from '../sql/sql.ts';
import { type PartnerNote, pairPartners } from './partners.ts';

/** How the rows that lie in the session now are paired. */
export interface PartToPair {
  /** No key stands twice on either side. */
  readonly keys_are_unique: boolean;
  /** Numbers of the columns that are kept. */
  readonly columns: readonly number[];
  /** The rows are those of some buckets. */
  readonly is_bucketed: boolean;
  /** Of several parts, whose differences are gathered one after the other. */
  readonly is_first: boolean;
}

/** Over the pairs of one part. `differing` and `agreed` follow the plan's columns. */
export interface PartCounts {
  readonly changed: bigint;
  readonly agreed: bigint;
  /** Buckets in which any pair differs or agrees. */
  readonly buckets: bigint;
  readonly differing_by_column: readonly bigint[];
  readonly agreed_by_column: readonly bigint[];
  readonly notes: readonly PartnerNote[];
}

/** Pairs the kept rows, counts, and adds the differences to the tables `changed_pairs` and `only_in_…`. */
export async function pairPart(engine: Engine, plan: ColumnPlan, part: PartToPair): Promise<PartCounts> {
  return part.keys_are_unique ? pairUnique(engine, plan, part) : pairAny(engine, plan, part);
}

/**
 * Joined by the key, and joined again for what is found: counting millions of pairs whose differences are agreed costs a
 * quarter of what it costs to write them down.
 */
async function pairUnique(engine: Engine, plan: ColumnPlan, part: PartToPair): Promise<PartCounts> {
  const pairs = (values: Sql): Sql =>
    query('diff/pair-unique', { pair: PAIR_NUMBER, values, same_key: sameKey(plan, sql`p`, sql`s`) });
  const counts = await count(engine, plan, part, pairs(pairedFlags(plan, part)));
  const changed = pairs(pairedValues(plan, part));
  await gather(engine, 'changed_pairs', query('diff/part-changed', { pairs: changed }), part, counts.changed > 0n);
  for (const side of SIDES) await gather(engine, `only_in_${side}`, partnerlessByKey(plan, side, part), part);
  return { ...counts, notes: [] };
}

/** Rows of one side whose key the other side does not have. No key stands twice, so none of them has a twin there. */
function partnerlessByKey(plan: ColumnPlan, side: Side, part: PartToPair): Sql {
  return query('diff/part-only-unique', {
    rows: ident(`${side}_rows`),
    other_rows: ident(`${otherSide(side)}_rows`),
    same_key: sameKey(plan, sql`o`, sql`l`),
    values: valuesOf(part, (i) => sql`l.${valueName(i)}`),
  });
}

/** Step by step: identical rows, rows that agree, rows that belong together, the rest. */
async function pairAny(engine: Engine, plan: ColumnPlan, part: PartToPair): Promise<PartCounts> {
  const hasRules = hasAgreedForms(plan);
  for (const side of SIDES) {
    const tables = { rows: ident(`${side}_rows`), other_rows: ident(`${otherSide(side)}_rows`) };
    const agreed_hash = hasRules ? sql`` : sql`, h AS ha`;
    await engine.run(query('diff/unmatched', { target: ident(`unmatched_${side}`), ...tables, agreed_hash }));
  }
  if (hasRules) await engine.run(query('diff/agreed-pairs'));
  for (const side of SIDES) await leaveOver(engine, side, hasRules);
  const notes = await pairPartners(engine, plan, part);
  if (hasRules) await engine.run(query('diff/add-agreed-pairs'));
  const pairs = (values: Sql): Sql => query('diff/pair', { pair: PAIR_NUMBER, values });
  const counts = await count(engine, plan, part, pairs(pairedFlags(plan, part)));
  const changed = query('diff/part-changed', { pairs: pairs(pairedValues(plan, part)) });
  await gather(engine, 'changed_pairs', changed, part, counts.changed > 0n);
  for (const side of SIDES) await gather(engine, `only_in_${side}`, partnerless(plan, side, part), part);
  return { ...counts, notes };
}

/** The place in production's files: it tells a pair, and needs no sorting of millions of them. */
const PAIR_NUMBER = sql`(CAST(p."file" AS BIGINT) << 40) | p."row"`;

/** Adds to a table that the first part makes. */
async function gather(
  engine: Engine,
  table: string,
  rows: Sql,
  { is_first }: PartToPair,
  hasAny: boolean = true,
): Promise<void> {
  const structure = { target: ident(table), rows };
  if (is_first) await engine.run(query('diff/gather-first', structure));
  else if (hasAny) await engine.run(query('diff/gather-more', structure));
}

async function leaveOver(engine: Engine, side: Side, hasRules: boolean): Promise<void> {
  const tables = { target: ident(`leftover_${side}`), unmatched: ident(`unmatched_${side}`) };
  const is_paired = isAt(sql`a`, side, sql`u`);
  await engine.run(hasRules ? query('diff/leftover', { ...tables, is_paired }) : query('diff/leftover-view', tables));
}

/** Whether a pair's place on this side is the row's. */
function isAt(pair: Sql, side: Side, row: Sql): Sql {
  return sql`${pair}.${ident(`${side}_file`)} = ${row}."file" AND ${pair}.${ident(`${side}_row`)} = ${row}."row"`;
}

/** Whether two rows have one key, NULL equal to NULL; never, where there is no key. */
function sameKey(plan: ColumnPlan, left: Sql, right: Sql): Sql {
  if (plan.key.length === 0) return sql`false`;
  return join(
    plan.key.map((i) => sql`${left}.${agreedName(plan, i)} IS NOT DISTINCT FROM ${right}.${agreedName(plan, i)}`),
    ' AND ',
  );
}

/** Per column the two values and whether they differ: `p0`, `s0`, `d0`, `f0` where what is agreed may forgive it, and both over all columns. */
function pairedValues(plan: ColumnPlan, part: PartToPair): Sql {
  const values = part.columns.flatMap((i) => [
    sql`p.${valueName(i)} AS ${ident(`p${i}`)}`,
    sql`s.${valueName(i)} AS ${ident(`s${i}`)}`,
  ]);
  return join([...values, pairedFlags(plan, part)]);
}

/** The same without the values. */
function pairedFlags(plan: ColumnPlan, { columns, is_bucketed }: PartToPair): Sql {
  const flags = columns.flatMap((i) => {
    const column = plan.columns[i];
    return column === undefined ? [] : flagsOf(plan, column, i);
  });
  return join([
    ...(is_bucketed ? [sql`p.bucket`] : []),
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
  return [
    sql`${column.is_key ? sql`false` : sql`(${differs}) AND NOT (${forgiven})`} AS ${ident(`d${i}`)}`,
    sql`(${differs}) AND (${forgiven}) AS ${ident(`f${i}`)}`,
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

function partnerless(plan: ColumnPlan, side: Side, part: PartToPair): Sql {
  const hasKey = plan.key.length > 0;
  return query('diff/part-only', {
    leftover: ident(`leftover_${side}`),
    other_rows: ident(`${otherSide(side)}_rows`),
    is_partner: isAt(sql`m`, side, sql`l`),
    has_key: hasKey ? sql`true` : sql`false`,
    same_key: sameKey(plan, sql`o`, sql`l`),
    values: valuesOf(part, (i) => sql`l.${valueName(i)}`),
  });
}

function valuesOf({ columns }: PartToPair, cellOf: (i: number) => Sql): Sql {
  return columns.length === 0 ? sql`0 AS "nothing"` : join(columns.map((i) => sql`${cellOf(i)} AS ${valueName(i)}`));
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

async function count(
  engine: Engine,
  plan: ColumnPlan,
  { columns, is_bucketed }: PartToPair,
  pairs: Sql,
): Promise<Omit<PartCounts, 'notes'>> {
  const measures = columns.flatMap((i) => {
    const column = plan.columns[i];
    return [
      sql`count(*) FILTER (WHERE ${ident(`d${i}`)})`,
      column !== undefined && mayAgree(column) ? sql`count(*) FILTER (WHERE ${ident(`f${i}`)})` : sql`0`,
    ];
  });
  const statement = query('diff/part-counts', {
    pairs,
    buckets: is_bucketed ? sql`count(DISTINCT bucket)` : sql`0`,
    columns: measures.length === 0 ? sql`0` : join(measures),
  });
  const numbers = ((await engine.run(statement)).rows[0] ?? []).map((cell) => BigInt(String(cell)));
  const of = (i: number, measure: number): bigint => {
    const at = columns.indexOf(i);
    return at < 0 ? 0n : (numbers[3 + 2 * at + measure] ?? 0n);
  };
  return {
    changed: numbers[0] ?? 0n,
    agreed: numbers[1] ?? 0n,
    buckets: numbers[2] ?? 0n,
    differing_by_column: plan.columns.map((_, i) => of(i, 0)),
    agreed_by_column: plan.columns.map((_, i) => of(i, 1)),
  };
}
