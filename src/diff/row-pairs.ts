/**
 * From kept rows to row differences, as a multiset: identical rows are paired first, then rows that are identical after the
 * agreed rules, then the left-over rows that belong together by key or by likeness; what remains stands on one side only.
 */

import { type ColumnPlan, valueName } from '../compare/column-plan.ts';
import { hasAgreedForms, mayForgive } from '../compare/row-hash.ts';
import { otherSide, SIDES, type Side } from '../core/side.ts';
import type { Engine } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { ident, join, type Sql, sql } from '../sql/sql.ts';
import {
  byColumn,
  columnCounts,
  PAIR_NUMBER,
  type PairedColumns,
  type PairedCounts,
  pairedFlags,
  pairedValues,
  sameKey,
} from './paired-cells.ts';
import { type PartnerNote, pairPartners } from './partners.ts';

/** How the rows that lie in the session now are paired. */
export interface PartToPair extends PairedColumns {
  /** No key stands twice on either side. */
  readonly keys_are_unique: boolean;
  /** Nor is there one that the other side does not have. */
  readonly keys_are_same: boolean;
  /** Of several parts, whose differences are gathered one after the other. */
  readonly is_first: boolean;
}

/** Over the pairs of one part. */
export interface PartCounts extends PairedCounts {
  readonly notes: readonly PartnerNote[];
}

/** Pairs the kept rows, counts, and adds the differences to the tables `changed_pairs` and `only_in_…`. */
export async function pairPart(engine: Engine, plan: ColumnPlan, part: PartToPair): Promise<PartCounts> {
  return part.keys_are_unique ? pairUnique(engine, plan, part) : pairAny(engine, plan, part);
}

/**
 * Joined by the key. Where differences may be agreed, joined for the counts alone before: counting millions of such pairs
 * costs a quarter of what it costs to write them down.
 */
async function pairUnique(engine: Engine, plan: ColumnPlan, part: PartToPair): Promise<PartCounts> {
  const counts = mayForgive(plan) || !part.is_first ? await countUnique(engine, plan, part) : null;
  const changed = query('diff/part-changed', { pairs: uniquePairs(plan, pairedValues(plan, part)) });
  await gather(engine, 'changed_pairs', changed, part, counts === null || counts.changed > 0n);
  for (const side of SIDES)
    await gather(engine, `only_in_${side}`, partnerlessByKey(plan, side, part), part, !part.keys_are_same);
  return {
    ...(counts ?? (await count(engine, plan, part, query('compare/kept', { rows: ident('changed_pairs') })))),
    notes: [],
  };
}

/** How the kept rows differ where no key stands twice. */
export async function countUnique(engine: Engine, plan: ColumnPlan, part: PairedColumns): Promise<PairedCounts> {
  return count(engine, plan, part, uniquePairs(plan, pairedFlags(plan, part)));
}

function uniquePairs(plan: ColumnPlan, values: Sql): Sql {
  return query('diff/pair-unique', { pair: PAIR_NUMBER, values, same_key: sameKey(plan, sql`p`, sql`s`) });
}

/** Rows of one side whose key the other side does not have. No key stands twice, so none of them has a twin there. */
function partnerlessByKey(plan: ColumnPlan, side: Side, part: PartToPair): Sql {
  return query('diff/part-only-unique', {
    rows: ident(`${side}_rows`),
    other_rows: ident(`${otherSide(side)}_rows`),
    same_key: sameKey(plan, sql`o`, sql`l`),
    values: valuesOf(part, (i) => sql`l.${valueName(i)}`),
    may_be: part.keys_are_same ? sql`false` : sql`true`,
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

async function count(engine: Engine, plan: ColumnPlan, { columns }: PairedColumns, pairs: Sql): Promise<PairedCounts> {
  const statement = query('diff/part-counts', {
    pairs,
    columns: columnCounts(plan, columns),
  });
  const [changed = 0n, agreed = 0n, ...numbers] = ((await engine.run(statement)).rows[0] ?? []).map((cell) =>
    BigInt(String(cell)),
  );
  return { changed, agreed, ...byColumn(plan, columns, numbers) };
}

/** The view that every reader of changed rows asks. */
export async function showChanged(engine: Engine, plan: ColumnPlan, columns: readonly number[]): Promise<void> {
  const equal = plan.columns.flatMap((_, i) =>
    columns.includes(i) ? [] : [sql`NULL AS ${ident(`p${i}`)}, NULL AS ${ident(`s${i}`)}, false AS ${ident(`d${i}`)}`],
  );
  await engine.run(query('diff/changed-rows', { equal_columns: equal.length === 0 ? sql`` : sql`, ${join(equal)}` }));
}
