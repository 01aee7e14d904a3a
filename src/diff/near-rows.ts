/**
 * Left-over rows without a key: rows that agree in more than half of the compared columns are paired, so that a change in one
 * cell reads as a change and not as one missing and one extra row.
 *
 * A small remainder is looked through pair by pair. A large one is looked through by the values that rows share
 * (`value-blocks.ts`), again and again: what one round pairs makes the blocks of the next one smaller.
 */
import type { ColumnPlan } from '../compare/column-plan.ts';
import { SIDES, type Side, type Sided } from '../core/side.ts';
import type { Engine } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { ident, join, type Sql, sql } from '../sql/sql.ts';
import { dropCandidates, numberCandidates, pairBestFirst } from './best-first.ts';
import type { PartnerNote } from './partners.ts';
import { binHashes, chooseBins, dropBlocks, measureColumns, pairWithinBlocks } from './value-blocks.ts';

/** Pairs up to which every row is held against every other: half a second for 16 columns. */
const ALL_PAIRS_MAX = 1_000_000;
const ROUNDS_MAX = 3;
/** A round that pairs less of what is left is the last one. */
const PAIRED_MIN = 0.02;

/** Adds to `partners`; the left-over tables hold these columns. */
export async function pairNearRows(
  engine: Engine,
  plan: ColumnPlan,
  columns: readonly number[],
): Promise<readonly PartnerNote[]> {
  if (columns.length === 0) return [];
  let rows: Sided<Sql> = { production: ident('leftover_production'), shadow: ident('leftover_shadow') };
  let counts = await countRows(engine, rows);
  const all = counts;
  let skipped = { production: 0, shadow: 0 };
  let isLarge = false;
  for (let round = 0; round < ROUNDS_MAX && pairsOf(counts) > ALL_PAIRS_MAX; round += 1) {
    isLarge = true;
    const found = await pairBySharedValues(engine, plan, columns, rows, counts);
    skipped = found.skipped;
    rows = { production: ident('near_rest_production'), shadow: ident('near_rest_shadow') };
    for (const side of SIDES) await keepRest(engine, side);
    const most = Math.min(counts.production, counts.shadow);
    counts = await countRows(engine, rows);
    if (found.paired < most * PAIRED_MIN) break;
  }
  const isSmall = pairsOf(counts) <= ALL_PAIRS_MAX;
  if (isSmall && pairsOf(counts) > 0) await pairAll(engine, plan, columns, rows);
  await dropCandidates(engine);
  for (const side of SIDES) await engine.run(query('diff/partners-drop', { table: ident(`near_rest_${side}`) }));
  return isLarge ? notesOf(all, isSmall ? { production: 0, shadow: 0 } : skipped) : [];
}

/** Every row against every row. */
async function pairAll(engine: Engine, plan: ColumnPlan, columns: readonly number[], rows: Sided<Sql>): Promise<void> {
  const candidates = await numberAll(engine, rows, () => []);
  await pairBestFirst(engine, plan, {
    pairs: query('diff/near-all-pairs'),
    rows,
    columns,
    condition: sql`true`,
    agreeing_min: agreeingMin(columns),
    candidates,
  });
}

interface SharedValues {
  readonly paired: number;
  /** Rows without a partner that share their values with too many others to be looked at. */
  readonly skipped: Sided<number>;
}

async function pairBySharedValues(
  engine: Engine,
  plan: ColumnPlan,
  columns: readonly number[],
  rows: Sided<Sql>,
  counts: Sided<number>,
): Promise<SharedValues> {
  const larger = Math.max(counts.production, counts.shadow);
  const bins = chooseBins(await measureColumns(engine, plan, columns, rows, counts), larger);
  const candidates = await numberAll(engine, rows, (side) => binHashes(plan, bins, side));
  const { pairs, isFrequent } = await pairWithinBlocks(engine, bins.length, larger);
  const paired = await pairBestFirst(engine, plan, {
    pairs,
    rows,
    columns,
    condition: sql`true`,
    agreeing_min: agreeingMin(columns),
    candidates,
  });
  const skipped = { production: 0, shadow: 0 };
  for (const side of SIDES) {
    const counted = query('diff/near-skipped', {
      candidates: ident(`candidate_${side}`),
      ...placeOf(side),
      is_frequent: isFrequent,
    });
    skipped[side] = Number((await engine.run(counted)).rows[0]?.[0] ?? 0);
  }
  await dropBlocks(engine, bins.length);
  return { paired, skipped };
}

async function numberAll(
  engine: Engine,
  rows: Sided<Sql>,
  hashes: (side: Side) => readonly Sql[],
): Promise<Sided<number>> {
  const counts = { production: 0, shadow: 0 };
  for (const side of SIDES) {
    const values = join([sql`"file"`, sql`"row"`, ...hashes(side)]);
    counts[side] = await numberCandidates(engine, side, query('diff/near-hashes', { values, rows: rows[side] }));
  }
  return counts;
}

async function keepRest(engine: Engine, side: Side): Promise<void> {
  const target = ident(`near_rest_${side}`);
  await engine.run(query('diff/near-rest', { target, leftover: ident(`leftover_${side}`), ...placeOf(side) }));
}

/** Where a side's rows stand in `partners`. */
function placeOf(side: Side): { readonly file: Sql; readonly row: Sql } {
  return { file: ident(`${side}_file`), row: ident(`${side}_row`) };
}

async function countRows(engine: Engine, rows: Sided<Sql>): Promise<Sided<number>> {
  const [production, shadow] = (await engine.run(query('diff/near-counts', { ...rows }))).rows[0] ?? [];
  return { production: Number(production), shadow: Number(shadow) };
}

function pairsOf({ production, shadow }: Sided<number>): number {
  return production * shadow;
}

/** More than half of them. */
function agreeingMin(columns: readonly number[]): number {
  return Math.floor(columns.length / 2) + 1;
}

function notesOf(counts: Sided<number>, skipped: Sided<number>): readonly PartnerNote[] {
  const notes: PartnerNote[] = [
    {
      code: 'near_rows_by_shared_values',
      text: `without a key, ${counts.production} differing rows of production and ${counts.shadow} of the shadow are too many to hold each against each: rows that share values were paired`,
    },
  ];
  if (skipped.production + skipped.shadow > 0) {
    notes.push({
      code: 'near_rows_skipped',
      text: `${skipped.production} rows of production and ${skipped.shadow} of the shadow share their values with too many others to be looked at, and found no partner`,
    });
  }
  return notes;
}
