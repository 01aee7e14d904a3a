/**
 * Reads the rows that may differ again, part by part as memory asks for, and pairs them. Leaves the tables of `tables.ts`
 * in the session, and the kept rows of the last part: what agrees among them is a sample of what agrees.
 */
import { type DifferingBuckets, findDifferingBuckets, planKeptParts } from '../compare/buckets.ts';
import type { ColumnPlan } from '../compare/column-plan.ts';
import { valueName } from '../compare/column-plan.ts';
import type { ComparedRows } from '../compare/compare.ts';
import { agreedName, keptRows } from '../compare/kept-rows.ts';
import type { DuplicateKeys } from '../core/difference.ts';
import { mapSides, mapSidesInOrder, SIDES, type Sided } from '../core/side.ts';
import type { Engine } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { ident, join, sql } from '../sql/sql.ts';
import type { PartnerNote } from './partners.ts';
import { type Population, populationOfOnePart, populationOfParts } from './population.ts';
import { type PartCounts, pairPart } from './row-pairs.ts';

/** The counts over all parts. `differing` and `agreed` follow the plan's columns. */
export interface PairCounts {
  readonly changed: bigint;
  readonly agreed: bigint;
  readonly only_in_production: bigint;
  readonly only_in_shadow: bigint;
  readonly differing_by_column: readonly bigint[];
  readonly agreed_by_column: readonly bigint[];
}

export type KeyCounts = Sided<{ readonly duplicates: DuplicateKeys; readonly nulls: bigint }>;

export interface PairedRows {
  readonly counts: PairCounts;
  /** Null without a key. */
  readonly keys: KeyCounts | null;
  readonly notes: readonly PartnerNote[];
  /** The rows that were held against each other; all of them, or those of the buckets that differ and some more. */
  readonly looked_at: Sided<bigint>;
  /** Of the rows that are kept, those of the last part: how many. */
  readonly kept: Sided<bigint>;
  readonly population: Population;
}

/** Memory for the kept rows of both sides, where nothing is said of memory: with what joining them takes, within 1 GB. */
const KEPT_BYTES_MAX = 450e6;
/** Share of the engine's memory that the kept rows may take. */
const KEPT_SHARE = 0.5;

/** Pairs and counts; profiles nothing. `memory_bytes` is the engine's limit, null for none. */
export async function pairRows(
  engine: Engine,
  plan: ColumnPlan,
  rows: ComparedRows,
  memory_bytes: bigint | null,
): Promise<PairedRows> {
  if (rows.bucketing === null) {
    const parts = { count: 1, columns: null, is_bucketed: false, keep: async () => {} };
    return (await pairParts(engine, plan, parts)).paired;
  }
  const bytesMax = memory_bytes === null ? KEPT_BYTES_MAX : Math.min(KEPT_BYTES_MAX, Number(memory_bytes) * KEPT_SHARE);
  const differing = await findDifferingBuckets(engine, plan, rows.bucketing);
  const found = await pairParts(engine, plan, await planKeptParts(engine, plan, rows.queries, differing, bytesMax));
  if (differing.columns === null || isExplained(found, differing)) return found.paired;
  // Rows of one key may have swapped values, which no group's sum shows: then every column is read.
  const all = { ...differing, columns: null };
  return (await pairParts(engine, plan, await planKeptParts(engine, plan, rows.queries, all, bytesMax))).paired;
}

interface FoundPairs {
  readonly paired: PairedRows;
  readonly keys_were_unique: boolean;
  /** Buckets in which a difference was found. */
  readonly buckets: bigint;
}

/** What the parts' counts come to, before it is known which rows causes are held against. */
interface TalliedPairs extends Omit<FoundPairs, 'paired'> {
  readonly paired: Omit<PairedRows, 'population'>;
}

/** Whether the columns that were read can be all that differ. */
function isExplained(
  { paired, keys_were_unique, buckets: touched }: FoundPairs,
  { buckets }: DifferingBuckets,
): boolean {
  const { only_in_production, only_in_shadow } = paired.counts;
  return keys_were_unique && only_in_production + only_in_shadow === 0n && touched === BigInt(buckets);
}

interface Parts {
  readonly count: number;
  readonly columns: readonly number[] | null;
  readonly is_bucketed: boolean;
  readonly keep: (part: number) => Promise<void>;
}

async function pairParts(engine: Engine, plan: ColumnPlan, parts: Parts): Promise<FoundPairs> {
  const columns = parts.columns ?? plan.columns.map((_, i) => i);
  const tally = new Tally(plan);
  for (let part = 0; part < parts.count; part += 1) {
    await parts.keep(part);
    const keys = await countKeys(engine, plan);
    const isUnique = plan.key.length > 0 && SIDES.every((side) => keys[side].duplicates.groups === 0n);
    const counted = await pairPart(engine, plan, {
      keys_are_unique: isUnique,
      columns,
      is_bucketed: parts.is_bucketed,
      is_first: part === 0,
    });
    tally.add(keys, counted, isUnique);
  }
  await showChanged(engine, plan, columns);
  const { rows } = await engine.run(query('diff/one-sided-counts'));
  const [production, shadow] = (rows[0] ?? []).map((cell) => BigInt(String(cell)));
  const found = tally.end({ only_in_production: production ?? 0n, only_in_shadow: shadow ?? 0n });
  const population =
    parts.count === 1 ? populationOfOnePart(found.paired.kept) : await populationOfParts(engine, columns);
  return { ...found, paired: { ...found.paired, population } };
}

/** The view that every reader of changed rows asks. */
async function showChanged(engine: Engine, plan: ColumnPlan, columns: readonly number[]): Promise<void> {
  const equal = plan.columns.flatMap((_, i) =>
    columns.includes(i) ? [] : [sql`NULL AS ${ident(`p${i}`)}, NULL AS ${ident(`s${i}`)}, false AS ${ident(`d${i}`)}`],
  );
  await engine.run(query('diff/changed-rows', { equal_columns: equal.length === 0 ? sql`` : sql`, ${join(equal)}` }));
}

type CountedKeys = Sided<{ readonly rows: bigint; readonly duplicates: DuplicateKeys; readonly nulls: bigint }>;

async function countKeys(engine: Engine, plan: ColumnPlan): Promise<CountedKeys> {
  const key = plan.key.map((i) => agreedName(plan, i));
  const isNull = plan.key.map((i) => sql`${valueName(i)} IS NULL`);
  return mapSidesInOrder({ production: null, shadow: null }, async (_, side) => {
    const counted = query('diff/duplicates', {
      side: keptRows(side),
      key: key.length === 0 ? sql`h` : join(key),
      key_is_null: isNull.length === 0 ? sql`false` : join(isNull, ' OR '),
    });
    const [rows = 0n, groups = 0n, extra_rows = 0n, nulls = 0n] = ((await engine.run(counted)).rows[0] ?? []).map(
      (cell) => BigInt(String(cell)),
    );
    return { rows, duplicates: { groups, extra_rows }, nulls };
  });
}

/** Adds up what the parts come to. */
class Tally {
  readonly #plan: ColumnPlan;
  #keys: CountedKeys = mapSides({ production: null, shadow: null }, () => NO_KEYS);
  #counts: Omit<PartCounts, 'notes'>;
  #kept: Sided<bigint> = { production: 0n, shadow: 0n };
  #isUnique = true;
  readonly #notes = new Map<string, PartnerNote>();

  constructor(plan: ColumnPlan) {
    this.#plan = plan;
    const none = plan.columns.map(() => 0n);
    this.#counts = { changed: 0n, agreed: 0n, buckets: 0n, differing_by_column: none, agreed_by_column: none };
  }

  add(keys: CountedKeys, part: PartCounts, isUnique: boolean): void {
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
      buckets: this.#counts.buckets + part.buckets,
      differing_by_column: plus(this.#counts.differing_by_column, part.differing_by_column),
      agreed_by_column: plus(this.#counts.agreed_by_column, part.agreed_by_column),
    };
    for (const note of part.notes) this.#notes.set(note.text, note);
    this.#kept = mapSides(keys, ({ rows }) => rows);
    this.#isUnique &&= isUnique;
  }

  end(oneSided: Pick<PairCounts, 'only_in_production' | 'only_in_shadow'>): TalliedPairs {
    const hasKey = this.#plan.key.length > 0;
    const { buckets, ...counts } = this.#counts;
    return {
      paired: {
        counts: { ...counts, ...oneSided },
        keys: hasKey ? mapSides(this.#keys, ({ duplicates, nulls }) => ({ duplicates, nulls })) : null,
        notes: [...this.#notes.values()],
        looked_at: mapSides(this.#keys, ({ rows }) => rows),
        kept: this.#kept,
      },
      keys_were_unique: this.#isUnique,
      buckets,
    };
  }
}

const NO_KEYS = { rows: 0n, duplicates: { groups: 0n, extra_rows: 0n }, nulls: 0n };
