/**
 * Reads the rows that may differ again, part by part as memory asks for, and pairs them. Leaves the tables of `tables.ts`
 * in the session, and the kept rows of the last part: what agrees among them is a sample of what agrees.
 */
import { type DifferingBuckets, findDifferingBuckets, partsOf, planKeptParts } from '../compare/buckets.ts';
import type { ColumnPlan } from '../compare/column-plan.ts';
import type { ComparedRows } from '../compare/compare.ts';
import { isWorthRefining, refineBuckets } from '../compare/refined-buckets.ts';
import { keepDifferingRows } from '../compare/row-hashes.ts';
import { mapSides, type Sided } from '../core/side.ts';
import type { Engine } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import type { Sql } from '../sql/sql.ts';
import { type CountedKeys, countKeys, hasUniqueKeys, type KeyTotals } from './count-keys.ts';
import type { FoundPairs, PairCounts, PairedRows } from './found-pairs.ts';
import { pairInOneJoin } from './pair-in-one-join.ts';
import type { PartnerNote } from './partners.ts';
import { populationOfOnePart, populationOfParts } from './population.ts';
import { type PartCounts, pairPart, showChanged } from './row-pairs.ts';

/** Memory for the kept rows of both sides, where nothing is said of memory: with what joining them takes, within 1 GB. */
const KEPT_BYTES_MAX = 450e6;
/** Share of the engine's memory that the kept rows may take. */
const KEPT_SHARE = 0.5;

/** In more parts than this, looking for finer buckets first takes less than it saves. */
const UNREFINED_PARTS_MAX = 2;

/** Pairs and counts; profiles nothing. `memory_bytes` is the engine's limit, null for none. */
export async function pairRows(
  engine: Engine,
  plan: ColumnPlan,
  rows: ComparedRows,
  memory_bytes: bigint | null,
): Promise<PairedRows> {
  if (rows.bucketing === null) {
    const parts = { count: 1, columns: null, has_blocks: false, keep: async () => {} };
    return (await pairParts(engine, plan, parts)).paired;
  }
  const bytesMax = memory_bytes === null ? KEPT_BYTES_MAX : Math.min(KEPT_BYTES_MAX, Number(memory_bytes) * KEPT_SHARE);
  const differing = await findDifferingBuckets(engine, plan, rows.bucketing);
  if (rows.are_hashes_held) {
    const keep = () => keepDifferingRows(engine, plan, rows.queries, differing);
    return (await pairParts(engine, plan, { count: 1, columns: null, has_blocks: false, keep })).paired;
  }
  const isRefined = partsOf(plan, differing, bytesMax) > UNREFINED_PARTS_MAX && isWorthRefining(plan, differing);
  const narrow = isRefined ? await refineBuckets(engine, plan, rows.queries, differing) : differing;
  const found = await pairDiffering(engine, plan, rows.queries, narrow, bytesMax);
  if (narrow.columns === null || isExplained(found, narrow)) return found.paired;
  // Rows of one key may have swapped values, which no group's sum shows: then every column is read.
  return (await pairDiffering(engine, plan, rows.queries, { ...narrow, columns: null }, bytesMax)).paired;
}

async function pairDiffering(
  engine: Engine,
  plan: ColumnPlan,
  sides: Sided<Sql>,
  differing: DifferingBuckets,
  bytesMax: number,
): Promise<FoundPairs> {
  const parts = partsOf(plan, differing, bytesMax);
  const streamed = parts > 1 ? await pairInOneJoin(engine, plan, sides, differing, bytesMax) : null;
  return streamed ?? (await pairParts(engine, plan, await planKeptParts(engine, plan, sides, differing, parts)));
}

/** What the parts' counts come to, before it is known which rows causes are held against. */
interface TalliedPairs extends Omit<FoundPairs, 'paired'> {
  readonly paired: Omit<PairedRows, 'population'>;
}

/** Whether the columns that were read can be all that differ. */
function isExplained(
  { paired, keys_were_unique, all_blocks: found }: FoundPairs,
  { all_blocks }: DifferingBuckets,
): boolean {
  const { only_in_production, only_in_shadow } = paired.counts;
  return keys_were_unique && only_in_production + only_in_shadow === 0n && found === all_blocks;
}

interface Parts {
  readonly count: number;
  readonly columns: readonly number[] | null;
  /** Kept rows have `all_blocks`. */
  readonly has_blocks: boolean;
  readonly keep: (part: number) => Promise<void>;
}

async function pairParts(engine: Engine, plan: ColumnPlan, parts: Parts): Promise<FoundPairs> {
  const columns = parts.columns ?? plan.columns.map((_, i) => i);
  const tally = new Tally(plan);
  for (let part = 0; part < parts.count; part += 1) {
    await parts.keep(part);
    const keys = await countKeys(engine, plan);
    const isUnique = plan.key.length > 0 && hasUniqueKeys(keys);
    const counted = await pairPart(engine, plan, {
      keys_are_unique: isUnique,
      keys_are_same: isUnique && isEqualKeys(keys),
      columns,
      is_first: part === 0,
    });
    tally.add(keys, counted, isUnique, parts.has_blocks ? await foundBlocks(engine) : 0n);
  }
  await showChanged(engine, plan, columns);
  const { rows } = await engine.run(query('diff/one-sided-counts'));
  const [production, shadow] = (rows[0] ?? []).map((cell) => BigInt(String(cell)));
  const found = tally.end({ only_in_production: production ?? 0n, only_in_shadow: shadow ?? 0n });
  const population =
    parts.count === 1 ? populationOfOnePart(found.paired.kept) : await populationOfParts(engine, columns);
  return { ...found, paired: { ...found.paired, population } };
}

function isEqualKeys({ production, shadow }: CountedKeys): boolean {
  return production.rows === shadow.rows && production.sums === shadow.sums;
}

async function foundBlocks(engine: Engine): Promise<bigint> {
  const { rows } = await engine.run(query('compare/found-blocks'));
  return BigInt(String(rows[0]?.[0]));
}

/** Adds up what the parts come to. */
class Tally {
  readonly #plan: ColumnPlan;
  #keys: Sided<KeyTotals> = mapSides({ production: null, shadow: null }, () => NO_KEYS);
  #counts: Omit<PartCounts, 'notes'>;
  #kept: Sided<bigint> = { production: 0n, shadow: 0n };
  #isUnique = true;
  #allBlocks = 0n;
  readonly #notes = new Map<string, PartnerNote>();

  constructor(plan: ColumnPlan) {
    this.#plan = plan;
    const none = plan.columns.map(() => 0n);
    this.#counts = { changed: 0n, agreed: 0n, differing_by_column: none, agreed_by_column: none };
  }

  add(keys: CountedKeys, part: PartCounts, isUnique: boolean, all_blocks: bigint): void {
    this.#keys = mapSides(this.#keys, (before, side) => ({
      rows: before.rows + keys[side].rows,
      nulls: before.nulls + keys[side].nulls,
      duplicates: {
        groups: before.duplicates.groups + keys[side].duplicates.groups,
        extra_rows: before.duplicates.extra_rows + keys[side].duplicates.extra_rows,
      },
    }));
    const plus = (before: readonly bigint[], more: readonly bigint[]): bigint[] =>
      before.map((count, i) => count + (more[i] ?? 0n));
    this.#counts = {
      changed: this.#counts.changed + part.changed,
      agreed: this.#counts.agreed + part.agreed,
      differing_by_column: plus(this.#counts.differing_by_column, part.differing_by_column),
      agreed_by_column: plus(this.#counts.agreed_by_column, part.agreed_by_column),
    };
    for (const note of part.notes) this.#notes.set(note.text, note);
    this.#kept = mapSides(keys, ({ rows }) => rows);
    this.#isUnique &&= isUnique;
    this.#allBlocks ^= all_blocks;
  }

  end(oneSided: Pick<PairCounts, 'only_in_production' | 'only_in_shadow'>): TalliedPairs {
    const hasKey = this.#plan.key.length > 0;
    return {
      paired: {
        counts: { ...this.#counts, ...oneSided },
        keys: hasKey ? mapSides(this.#keys, ({ rows, duplicates, nulls }) => ({ rows, duplicates, nulls })) : null,
        notes: [...this.#notes.values()],
        looked_at: mapSides(this.#keys, ({ rows }) => rows),
        kept: this.#kept,
      },
      keys_were_unique: this.#isUnique,
      all_blocks: this.#allBlocks,
    };
  }
}

const NO_KEYS = { rows: 0n, duplicates: { groups: 0n, extra_rows: 0n }, nulls: 0n };
