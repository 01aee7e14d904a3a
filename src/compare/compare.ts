/**
 * Same or not: schema, row count, checksum.
 *
 * Two sums of independent 31-bit parts of a 64-bit row hash and the row count decide. Sums, never XOR: {a,a,c} and {b,b,c}
 * have one XOR. Small sides are kept in the session and summed there; large ones are summed bucket by bucket where they lie,
 * or, without a key, from the hashes of their rows.
 */
import type { Comparison, Fingerprint } from '../core/comparison.ts';
import type { MismatchKind } from '../core/outcome.ts';
import { mapSides, SIDES, type Side, type Sided } from '../core/side.ts';
import type { Spec } from '../core/spec.ts';
import type { Engine, EngineValue } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { join, type Sql, sql } from '../sql/sql.ts';
import { type Bucketing, bucketingOf, sumBuckets, valueBytes } from './buckets.ts';
import type { ColumnPlan } from './column-plan.ts';
import { KEPT_ROWS_MAX, keepRows, keptRows } from './kept-rows.ts';
import { areHashesHeld, holdHashes } from './row-hashes.ts';
import { strongSums } from './strong-checksum.ts';

/** Wraps work that reads one side only, so that a failure names the side. */
export type ReadingSide = <T>(side: Side, work: () => Promise<T>) => Promise<T>;

/** The rows of both sides: as queries over their files, or, where both are small, over what is kept of them in the session. */
export interface ComparedRows {
  readonly queries: Sided<Sql>;
  /** How large sides were summed, in `production_bucket` and `shadow_bucket`; null: both are kept whole. */
  readonly bucketing: Bucketing | null;
  /** The hash of every row lies in `production_hash` and `shadow_hash`, and the buckets are theirs. */
  readonly are_hashes_held: boolean;
}

export interface CompareOptions {
  /** By the footers, to tell a small side before it is read. */
  readonly row_counts: Sided<bigint>;
  /** Rows up to which sides are kept whole. */
  readonly kept_rows_max?: bigint | undefined;
  readonly checksum?: Spec['checksum'] | undefined;
  /** The engine's limit; null for none. */
  readonly memory_bytes?: bigint | null | undefined;
}

/**
 * Fingerprints both sides and judges. Leaves the kept rows in the session, or for large sides the sums of their buckets.
 * Where rules or tolerances hold, differing checksums are not yet a mismatch: the pairing of rows decides.
 */
export async function compareSides(
  engine: Engine,
  plan: ColumnPlan,
  sides: Sided<Sql>,
  options: CompareOptions,
  readingSide: ReadingSide,
): Promise<{ readonly comparison: Comparison; readonly rows: ComparedRows }> {
  const read = await readRows(engine, plan, sides, options, readingSide);
  const isKept = read.bucketing === null;
  const { rows } = await engine.run(isKept ? query('compare/kept-totals') : query('compare/totals'));
  const strong =
    options.checksum === 'strong' ? await strongSums(engine, plan, read.queries, readingSide) : NO_STRONG_SUMS;
  const fingerprints = {
    production: { ...fingerprintOf(rows[0]), strong: strong.production },
    shadow: { ...fingerprintOf(rows[1]), strong: strong.shadow },
  };
  const kinds = judgeKinds(plan, fingerprints);
  return {
    comparison: {
      schema: plan.schema,
      fingerprints,
      kinds,
      differing_columns:
        isKept && kinds.includes('checksum') ? await differingColumns(engine, plan, read.queries) : null,
    },
    rows: read,
  };
}

/** Whether both sides are small enough to be kept in the session. */
export function isKeptWhole({ row_counts, kept_rows_max = KEPT_ROWS_MAX }: CompareOptions): boolean {
  return SIDES.every((side) => row_counts[side] <= kept_rows_max);
}

/** Reads both sides for the pairing of rows, and leaves in the session what `compareSides` does. */
export async function readRows(
  engine: Engine,
  plan: ColumnPlan,
  sides: Sided<Sql>,
  options: CompareOptions,
  readingSide: ReadingSide,
): Promise<ComparedRows> {
  if (isKeptWhole(options)) {
    for (const side of SIDES) await readingSide(side, () => keepRows(engine, plan, side, sides[side]));
    return { queries: mapSides(sides, (_, side) => keptRows(side)), bucketing: null, are_hashes_held: false };
  }
  if (areHashesHeld(plan, options.row_counts, options.memory_bytes ?? null)) {
    return { queries: sides, bucketing: await holdHashes(engine, plan, sides, readingSide), are_hashes_held: true };
  }
  const bytes = await readingSide('production', () => valueBytes(engine, plan, sides.production));
  const bucketing = bucketingOf(plan, options.row_counts, bytes);
  await sumBuckets(engine, plan, sides, bucketing, readingSide);
  return { queries: sides, bucketing, are_hashes_held: false };
}

/** By what the two sides differ, exactly, before any tolerance. */
export function judgeKinds(plan: ColumnPlan, fingerprints: Sided<Fingerprint>): readonly MismatchKind[] {
  const kinds: MismatchKind[] = [];
  const { production, shadow } = fingerprints;
  // A name that only the values gave away is a difference; one that the config maps is none.
  const isRenamed = plan.schema.renamed.some(({ by }) => by === 'content');
  if (isRenamed || SIDES.some((side) => plan.unpaired[side].length > 0)) kinds.push('schema');
  if (production.row_count !== shadow.row_count) kinds.push('row_count');
  else if (production.checksum !== shadow.checksum || production.strong !== shadow.strong) kinds.push('checksum');
  return kinds;
}

const NO_STRONG_SUMS = { production: null, shadow: null };

function fingerprintOf(row: readonly EngineValue[] | undefined): Omit<Fingerprint, 'strong'> {
  const [, rowCount, low, high] = row ?? [];
  return { row_count: BigInt(String(rowCount)), checksum: `${low}-${high}` };
}

/** Production's names of the columns of which the values, each with how often it stands there, are not the same on both sides. */
export async function differingColumns(
  engine: Engine,
  plan: ColumnPlan,
  sides: Sided<Sql>,
  readingSide: ReadingSide = (_, work) => work(),
): Promise<readonly string[]> {
  const sums: EngineValue[][] = [];
  for (const side of SIDES) {
    const columns = plan.columns.map(
      (column) => sql`sum(CAST(hash(${column.canonical[side]}) & 2147483647 AS INTEGER))`,
    );
    const statement = query('compare/column-sums', { side: sides[side], sums: join(columns) });
    const { rows } = await readingSide(side, () => engine.run(statement));
    sums.push([...(rows[0] ?? [])]);
  }
  return plan.columns.filter((_, i) => sums[0]?.[i] !== sums[1]?.[i]).map(({ name }) => name);
}
