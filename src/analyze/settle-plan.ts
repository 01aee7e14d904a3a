/** The plan by which a pair is compared: with columns that bear other names, and a key where none is given. */
import { type ColumnPlan, planColumns } from '../compare/column-plan.ts';
import { type InferredKey, inferKey } from '../compare/infer-key.ts';
import type { MappedColumn } from '../compare/mapped-columns.ts';
import { type FoundColumn, keyForms, markRenamed, renamedByContent, withRenamed } from '../compare/renamed-columns.ts';
import { type RowFilter, sideQuery } from '../compare/side-query.ts';
import { mapSides, SIDES, type Side, type Sided } from '../core/side.ts';
import type { Spec } from '../core/spec.ts';
import type { Engine } from '../engine/engine.ts';
import type { SideTable } from '../partition/side-table.ts';
import { ident, type Sql } from '../sql/sql.ts';

/** A pair whose schemas are read. */
export interface OpenedPair {
  readonly engine: Engine;
  readonly spec: Spec;
  readonly tables: Sided<SideTable>;
  /** With the spec's expressions in their places. */
  readonly columns: Sided<readonly MappedColumn[]>;
  readonly filters: Sided<RowFilter>;
}

/** Columns that were found under other names, and keys that were inferred, best first; null: none were looked for yet. */
export interface Settled {
  readonly plan: ColumnPlan;
  readonly found: readonly FoundColumn[];
  readonly keys: readonly InferredKey[] | null;
}

/**
 * A key is inferred here only where the comparison needs one: large sides are bucketed by it, and columns of other names are
 * held against each other by it. Else it waits for a difference. Throws what `planColumns` and the engine throw.
 */
export async function settlePlan(pair: OpenedPair, isLarge: boolean): Promise<Settled> {
  const { engine, spec, columns } = pair;
  const plan = planColumns(columns, spec);
  const mayBeRenamed = SIDES.every((side) => plan.unpaired[side].length > 0);
  const keys = isKeyWanted(spec) && (isLarge || mayBeRenamed) ? await keysOf(pair, plan) : null;
  const found = mayBeRenamed
    ? await renamedByContent(engine, {
        unpaired: plan.unpaired,
        key: keyForms(plan, keyNumbers(plan, keys?.[0])),
        rowsOf: (side, extra) => rowsOf(pair, plan, side, extra),
        counts: countsOf(pair),
      })
    : [];
  // The column that names the rows may be one of those that bear two names.
  const isKeyOpen = isKeyWanted(spec) && found.length > 0;
  const best = isKeyOpen ? await keysOf(pair, planBy(pair, undefined, found)) : keys;
  return { plan: planBy(pair, best?.[0], found), found, keys: best };
}

/** The plan by a key, with the columns of other names that were found. */
export function planBy(
  { columns, spec }: Pick<OpenedPair, 'columns' | 'spec'>,
  key: InferredKey | undefined,
  found: readonly FoundColumn[],
): ColumnPlan {
  const plan = planColumns(columns, withRenamed(key === undefined ? spec : { ...spec, key: key.columns }, found));
  return { ...plan, schema: markRenamed(plan.schema, found) };
}

export function isKeyWanted({ key, infer_key }: Spec): boolean {
  return key.length === 0 && infer_key;
}

/** Below, rows that agree in most columns are better evidence than a key that is hardly one. */
const KEY_CERTAINTY_MIN = 0.6;

/** Inferred keys that are sure enough, without those that the spec gives a tolerance: of a key there is none. */
export async function keysOf(
  pair: OpenedPair,
  plan: ColumnPlan,
  tried: readonly (readonly string[])[] = [],
): Promise<readonly InferredKey[]> {
  const queries = mapSides(pair.tables, (_, side) => rowsOf(pair, plan, side));
  const keys = await inferKey(pair.engine, plan, queries, countsOf(pair), tried);
  const tolerant = new Set(pair.spec.tolerance.map(({ column }) => column));
  // Where a side is empty no row has a partner anyway, and the key only names the rows that are shown.
  const isOneSided = SIDES.some((side) => pair.tables[side].row_count_hint === 0n);
  return keys.filter(
    ({ columns, certainty }) =>
      (isOneSided || certainty >= KEY_CERTAINTY_MIN) && !columns.some((name) => tolerant.has(name)),
  );
}

/** Rows of a side with v<i> and, for extra expressions over its own columns, x<i>. */
export function rowsOf(
  { tables, filters }: Pick<OpenedPair, 'tables' | 'filters'>,
  plan: ColumnPlan,
  side: Side,
  extra: readonly Sql[] = [],
): Sql {
  const named = extra.map((expression, i) => ({ name: ident(`x${i}`), expression }));
  return sideQuery(side, tables[side], plan, filters[side], named);
}

export function countsOf({ tables }: Pick<OpenedPair, 'tables'>): Sided<bigint> {
  return mapSides(tables, ({ row_count_hint }) => row_count_hint);
}

function keyNumbers(plan: ColumnPlan, key: InferredKey | undefined): readonly number[] {
  if (key === undefined) return plan.key;
  return key.columns.map((name) => plan.columns.findIndex((column) => column.name === name));
}
