/**
 * Pairs the rows of large sides in one join of both sides as they are read, part by part where memory is short. Rows that
 * were kept first would take more parts, and each would be written down before it is joined.
 *
 * It takes a key that stands once: with `a` rows of a key here and `b` there the join has a × b pairs, so the rows of a side
 * come to the pairs and the rows without a partner exactly where every key that both have stands once in each.
 */

import type { StreamedParts } from '../compare/buckets.ts';
import { type ColumnPlan, valueName } from '../compare/column-plan.ts';
import { agreedName } from '../compare/kept-rows.ts';
import type { DuplicateKeys } from '../core/difference.ts';
import { mapSides, mapSidesInOrder, SIDES, type Side, type Sided } from '../core/side.ts';
import type { Engine, EngineValue } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { ident, integer, join, type Sql, sql } from '../sql/sql.ts';
import { byColumn, columnCounts, type PairedCounts, pairedValues, sameKey } from './paired-cells.ts';

/** Rows of both sides that are read as they are joined. */
export interface StreamedSides {
  readonly parts: StreamedParts;
  /** Numbers of the columns that are read; the key's are among them. */
  readonly columns: readonly number[];
  /** Rows have `all_blocks`. */
  readonly has_blocks: boolean;
}

export interface StreamedCounts extends PairedCounts {
  readonly paired: bigint;
  readonly only_in: Sided<bigint>;
  /** Rows with a NULL in the key. */
  readonly nulls: Sided<bigint>;
  /** Pairs that differ in the columns of which only a hash was read. */
  readonly differing_in_rest: bigint;
  /** What differs of the blocks of columns, over all pairs. */
  readonly all_blocks: bigint;
}

/** Leaves the table `streamed_counts` with the keys of the rows that differ: the join carries no more than decides. */
export async function countStreamed(engine: Engine, plan: ColumnPlan, sides: StreamedSides): Promise<StreamedCounts> {
  const { columns, parts } = sides;
  const counted: StreamedCounts[] = [];
  for (let part = 0; part < parts.count; part += 1) {
    const rows = query('diff/streamed-counts', {
      pairs: pairsOf(plan, sides, part),
      part: integer(part),
      columns: columnCounts(plan, columns, sql`is_paired`),
    });
    await engine.run(query(gather(part), { target: ident('streamed_counts'), rows }));
    const answer = await engine.run(query('diff/streamed-numbers', { part: integer(part) }));
    counted.push(countsFrom(plan, columns, answer.rows[0] ?? []));
  }
  return counted.reduce(plus);
}

/** The first part makes the table. */
function gather(part: number): 'diff/gather-first' | 'diff/gather-more' {
  return part === 0 ? 'diff/gather-first' : 'diff/gather-more';
}

function countsFrom(plan: ColumnPlan, columns: readonly number[], row: readonly EngineValue[]): StreamedCounts {
  const [paired = 0n, onlyProduction = 0n, onlyShadow = 0n, nullProduction = 0n, nullShadow = 0n, ...more] = row.map(
    (cell) => BigInt(String(cell)),
  );
  const [differing_in_rest = 0n, changed = 0n, agreed = 0n, all_blocks = 0n, ...numbers] = more;
  return {
    paired,
    only_in: { production: onlyProduction, shadow: onlyShadow },
    nulls: { production: nullProduction, shadow: nullShadow },
    differing_in_rest,
    changed,
    agreed,
    all_blocks,
    ...byColumn(plan, columns, numbers),
  };
}

function plus(one: StreamedCounts, other: StreamedCounts): StreamedCounts {
  const each = (of: (counts: StreamedCounts) => readonly bigint[]): bigint[] =>
    of(one).map((count, i) => count + (of(other)[i] ?? 0n));
  return {
    paired: one.paired + other.paired,
    only_in: mapSides(one.only_in, (count, side) => count + other.only_in[side]),
    nulls: mapSides(one.nulls, (count, side) => count + other.nulls[side]),
    differing_in_rest: one.differing_in_rest + other.differing_in_rest,
    changed: one.changed + other.changed,
    agreed: one.agreed + other.agreed,
    all_blocks: one.all_blocks ^ other.all_blocks,
    differing_by_column: each((counts) => counts.differing_by_column),
    agreed_by_column: each((counts) => counts.agreed_by_column),
  };
}

/** Whether every key that both sides have stands once in each; `rows`: of each side in all. */
export function isKeyedOnce({ paired, only_in }: StreamedCounts, rows: Sided<bigint>): boolean {
  return paired + only_in.production === rows.production && paired + only_in.shadow === rows.shadow;
}

/** Leaves the tables `changed_pairs` and `only_in_…` of the rows that differ, by another join. */
export async function gatherDiffering(
  engine: Engine,
  plan: ColumnPlan,
  sides: StreamedSides,
  { only_in }: StreamedCounts,
): Promise<void> {
  for (let part = 0; part < sides.parts.count; part += 1) {
    const pairs = pairsOf(plan, sides, part);
    const rows = query('diff/streamed-differing', { pairs });
    await engine.run(query(gather(part), { target: ident('changed_pairs'), rows }));
  }
  for (const side of SIDES) {
    const target = ident(`only_in_${side}`);
    await engine.run(query('diff/gather-first', { target, rows: onlyIn(side, sides.columns) }));
  }
  if (only_in.production + only_in.shadow > 0n) await engine.run(query('diff/streamed-paired'));
}

/** How often keys of rows without a partner stand on their side; all others stand once. */
export async function duplicatesAlone(engine: Engine, { only_in }: StreamedCounts): Promise<Sided<DuplicateKeys>> {
  return mapSidesInOrder(only_in, async (count, side) => {
    if (count === 0n) return { groups: 0n, extra_rows: 0n };
    const statement = query('diff/duplicates', {
      side: query('diff/streamed-keys', { keys: ident(`${side}_keys`) }),
      key: sql`key_hash`,
      key_is_null: sql`false`,
    });
    const [, groups = 0n, extra_rows = 0n] = ((await engine.run(statement)).rows[0] ?? []).map((cell) =>
      BigInt(String(cell)),
    );
    return { groups, extra_rows };
  });
}

function pairsOf(plan: ColumnPlan, { parts, columns, has_blocks }: StreamedSides, part: number): Sql {
  const keyIsNull = (row: Sql): Sql =>
    join(
      plan.key.map((i) => sql`${row}.${valueName(i)} IS NULL`),
      ' OR ',
    );
  return query('diff/streamed-pairs', {
    ...parts.rowsOf(part),
    all_blocks: has_blocks ? sql`xor(p.all_blocks, s.all_blocks)` : sql`CAST(0 AS UBIGINT)`,
    key: join(plan.key.map((i) => sql`coalesce(p.${agreedName(plan, i)}, s.${agreedName(plan, i)})`)),
    production_key_is_null: keyIsNull(sql`p`),
    shadow_key_is_null: keyIsNull(sql`s`),
    values: pairedValues(plan, { columns }),
    same_key: sameKey(plan, sql`p`, sql`s`),
  });
}

function onlyIn(side: Side, columns: readonly number[]): Sql {
  const prefix = side === 'production' ? 'p' : 's';
  return query('diff/streamed-only', {
    file: ident(`${side}_file`),
    row: ident(`${side}_row`),
    values: join(columns.map((i) => sql`${ident(`${prefix}${i}`)} AS ${valueName(i)}`)),
  });
}
