/**
 * Finer buckets inside those that differ. Of a hundred million rows one in seven lies in a bucket that differs, though only
 * ten thousand do: another sum over those rows leaves so few that they fit into memory.
 *
 * All columns are summed. Which may differ is known only where keys stand once, and that is looked at in the rows that are
 * read again: rows of one key that changed in other columns would not be among them.
 */
import { SIDES, type Sided } from '../core/side.ts';
import type { Engine } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { ident, type Sql } from '../sql/sql.ts';
import { bucketOf, type DifferingBuckets, findDifferingBuckets } from './buckets.ts';
import type { ColumnPlan } from './column-plan.ts';
import { rowHash } from './row-hash.ts';

/** Rows of a finer bucket, about. */
const REFINED_ROWS = 24;
const REFINED_BITS_MAX = 26;
/** Of the buckets: where more of them differ, finer ones of most rows would differ too. */
const DIFFERING_SHARE_MAX = 0.6;

/** Whether finer buckets will hold far fewer rows. */
export function isWorthRefining(plan: ColumnPlan, { buckets, out_of }: DifferingBuckets): boolean {
  return plan.key.length > 0 && buckets <= DIFFERING_SHARE_MAX * out_of;
}

/** Finer ones in place of the buckets in the session; `differing`: the wide ones. */
export async function refineBuckets(
  engine: Engine,
  plan: ColumnPlan,
  sides: Sided<Sql>,
  differing: DifferingBuckets,
): Promise<DifferingBuckets> {
  const { bucketing, buckets, rows, out_of } = differing;
  await engine.run(query('compare/wide-buckets'));
  const all = (Math.max(Number(rows.production), Number(rows.shadow)) * out_of) / Math.max(1, buckets);
  const bits = Math.max(bucketing.bits, Math.min(REFINED_BITS_MAX, Math.ceil(Math.log2(all / REFINED_ROWS))));
  for (const side of SIDES) {
    await engine.run(
      query('compare/refined-buckets', {
        target: ident(`${side}_bucket`),
        side: sides[side],
        bucket: bucketOf(plan, side, { bits }),
        row_hash: rowHash(plan, side),
        condition: query('compare/in-wide-bucket', { bucket: bucketOf(plan, side, bucketing) }),
      }),
    );
  }
  const refined = await findDifferingBuckets(engine, plan, { ...bucketing, bits, summed: [] });
  // What the wide ones come to still has to be explained by what is read.
  return {
    ...differing,
    bucketing: refined.bucketing,
    buckets: refined.buckets,
    out_of: buckets * 2 ** (bits - bucketing.bits),
    rows: refined.rows,
  };
}
