/** Pairs rows that do not fit into memory by joining them as they are read; a sample of them is kept. */
import { bucketedRows, type DifferingBuckets, partsOf, planKeptParts, streamParts } from '../compare/buckets.ts';
import type { ColumnPlan } from '../compare/column-plan.ts';
import { mapSides, type Sided } from '../core/side.ts';
import type { Engine } from '../engine/engine.ts';
import type { Sql } from '../sql/sql.ts';
import { countKeys, hasUniqueKeys } from './count-keys.ts';
import type { FoundPairs } from './found-pairs.ts';
import { populationOfOnePart, populationOfParts } from './population.ts';
import { countUnique, pairPart, showChanged } from './row-pairs.ts';
import { countStreamed, duplicatesAlone, gatherDiffering, isKeyedOnce, type StreamedSides } from './streamed-pairs.ts';

/** Rows of a side that are kept for the profile and the causes, about, where the others are only joined. */
const SAMPLE_ROWS = 100_000;
/** Of the memory for kept rows: rows that differ are kept beside the sample up to here; more are gathered by another join. */
const KEPT_DIFFERING_SHARE = 0.25;

/** Of the memory for kept rows, what a part of the join may take: nothing but a sample lies beside it while rows are counted. */
const COUNTED_SHARE = 1.2;
const GATHERED_SHARE = 0.8;

/** Null: a key that both sides have stands more than once. */
export async function pairInOneJoin(
  engine: Engine,
  plan: ColumnPlan,
  sides: Sided<Sql>,
  differing: DifferingBuckets,
  bytesMax: number,
): Promise<FoundPairs | null> {
  const { rows } = differing;
  if (!(await bucketedRows(engine, differing)).are_joined) return null;
  const larger = Math.max(Number(rows.production), Number(rows.shadow));
  const samples = Math.max(Math.ceil(larger / SAMPLE_ROWS), partsOf(plan, differing, bytesMax));
  const parts = await planKeptParts(engine, plan, sides, differing, samples);
  await parts.keep(0);
  const all = differing.columns ?? plan.columns.map((_, i) => i);
  const sample = await countUnique(engine, plan, { columns: all });
  const isTouched = (i: number): boolean =>
    (sample.differing_by_column[i] ?? 0n) + (sample.agreed_by_column[i] ?? 0n) > 0n;
  let columns: readonly number[] = all.filter((i) => plan.key.includes(i) || isTouched(i));
  const streamedBy = (read: readonly number[], share = COUNTED_SHARE): StreamedSides => ({
    parts: streamParts(plan, sides, differing, read, bytesMax * share),
    columns: read,
    has_blocks: differing.touched.length > 0,
  });
  let counts = await countStreamed(engine, plan, streamedBy(columns));
  if (!isKeyedOnce(counts, rows)) return null;
  if (counts.differing_in_rest > 0n) {
    columns = all;
    counts = await countStreamed(engine, plan, streamedBy(columns));
  }
  const { only_in, changed, nulls, all_blocks } = counts;
  const found = { ...differing, rows: mapSides(only_in, (alone) => alone + changed) };
  const isFew = partsOf(plan, found, bytesMax * KEPT_DIFFERING_SHARE) === 1;
  if (isFew) await parts.keep(0, 'and_differing');
  const keys = await countKeys(engine, plan);
  if (isFew) {
    // The sample has rows of buckets that do not differ, which no join looked at: there a key may stand twice.
    const isUnique = hasUniqueKeys(keys);
    await pairPart(engine, plan, {
      keys_are_unique: isUnique,
      keys_are_same: isUnique && only_in.production + only_in.shadow === 0n,
      columns: all,
      is_first: true,
    });
    columns = all;
  } else {
    // Of a row without a partner all columns differ.
    if (only_in.production + only_in.shadow > 0n) columns = all;
    await gatherDiffering(engine, plan, streamedBy(columns, GATHERED_SHARE), counts);
  }
  await showChanged(engine, plan, columns);
  const agreeing = await parts.agreeingIn(0);
  const kept = mapSides(keys, ({ rows: count }) => count);
  const duplicates = await duplicatesAlone(engine, counts);
  return {
    paired: {
      counts: {
        changed,
        agreed: counts.agreed,
        only_in_production: only_in.production,
        only_in_shadow: only_in.shadow,
        differing_by_column: counts.differing_by_column,
        agreed_by_column: counts.agreed_by_column,
      },
      keys: mapSides(duplicates, (of, side) => ({ rows: rows[side], duplicates: of, nulls: nulls[side] })),
      notes: [],
      looked_at: mapSides(rows, (count) => count + agreeing),
      kept,
      population: isFew ? populationOfOnePart(kept) : await populationOfParts(engine, columns),
    },
    keys_were_unique: true,
    all_blocks,
  };
}
