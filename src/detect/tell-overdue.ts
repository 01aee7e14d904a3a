/**
 * Pairs of which one side has not landed when its time was over. Nothing at its place is a mismatch: the partition is
 * missing. A folder that has not landed is inconclusive: nobody knows what it will be.
 */
import { dirname, join } from 'node:path';
import type { IngestionJob, JobSide } from '../config/config.ts';
import { pairingOf, specOf, tableIdOf } from '../config/pairings.ts';
import { OperatingError } from '../core/operating-error.ts';
import type { InconclusiveReason, MismatchKind, Outcome } from '../core/outcome.ts';
import { parsePartitionKey } from '../core/partition-key.ts';
import { mapSides, SIDES, type Side } from '../core/side.ts';
import { specIdOf } from '../core/spec.ts';
import { entriesOf } from '../partition/files.ts';
import { ownKeyOf } from '../partition/partition-mapping.ts';
import { findPartition } from '../partition/table.ts';
import type { ComparisonRecord } from '../store/comparison-record.ts';
import type { PairRecord } from '../store/landing-record.ts';
import { comparisonIdOf, referenceSideOf } from './compare-owed.ts';

/** What stands at the place of a side that has not landed. */
export type PlaceState = 'nothing' | 'not_landed' | 'unreadable';

export async function lookAtPlace(job: IngestionJob, side: JobSide, partition_key: string): Promise<PlaceState> {
  const key = parsePartitionKey(partition_key);
  const own = key === null ? null : ownKeyOf(key, job.partition, side.levels);
  if (own === null || !('key' in own)) return 'unreadable';
  try {
    if ((await findPartition(side.root, own.key)) !== null) return 'not_landed';
    // A disk that is not mounted has lost nothing; a table that is not there in a source that is, has never been written.
    return (await entriesOf(sourceRootOf(side))).length === 0 ? 'unreadable' : 'nothing';
  } catch (error) {
    if (error instanceof OperatingError) return 'unreadable';
    throw error;
  }
}

function sourceRootOf({ root, table }: JobSide): string {
  return table.split('/').reduce((path) => dirname(path), root);
}

/** Pure: what a look at the place of the side that is not there comes to. */
export function judgeOverdue(
  side: Side,
  place: PlaceState,
): { outcome: Outcome; inconclusive_reason: InconclusiveReason | null; kinds: readonly MismatchKind[] } {
  switch (place) {
    case 'nothing':
      return { outcome: 'mismatch', inconclusive_reason: null, kinds: [`${side}_missing`] };
    case 'not_landed':
      return { outcome: 'inconclusive', inconclusive_reason: 'not_landed', kinds: [] };
    case 'unreadable':
      return { outcome: 'inconclusive', inconclusive_reason: `${side}_unreadable`, kinds: [] };
  }
}

/**
 * The comparison that tells an overdue pair; null where the config has it no more, or where both sides are there. Of a table
 * that is lost, nobody knows what stood in it.
 */
export async function overdueComparison(
  pair: PairRecord,
  jobs: ReadonlyMap<string, IngestionJob>,
  { now_ms, isLost }: { readonly now_ms: number; readonly isLost: (job: string, table: string) => boolean },
): Promise<ComparisonRecord | null> {
  const job = jobs.get(pair.job);
  const pairing = job === undefined ? null : pairingOf(job, pair.pairing);
  const absent = SIDES.find((side) => pair.landings[side] === null);
  if (job === undefined || pairing === null || absent === undefined) return null;
  const side = pairing.sides[absent];
  const seen = await lookAtPlace(job, side, pair.partition_key);
  const place = seen === 'nothing' && isLost(job.name, tableIdOf(side)) ? 'unreadable' : seen;
  const landing_ids = mapSides(pair.landings, (landing) => landing?.id ?? null);
  const spec = specOf(job, pairing);
  return {
    comparison_id: comparisonIdOf(pair, landing_ids, spec, { trigger: 'deadline', rechecks: null }),
    content_id: null,
    job: job.name,
    pairing: pairing.name,
    table_role: 'target',
    partition_key: pair.partition_key,
    landing_ids,
    spec: specIdOf(spec),
    trigger: 'deadline',
    rechecks: null,
    ...judgeOverdue(absent, place),
    row_counts: { production: null, shadow: null },
    checksums: { production: null, shadow: null },
    integrity: { production: null, shadow: null },
    differing_columns: null,
    agreed_rows: null,
    fingerprint_source: null,
    reference_side: referenceSideOf(job, pair.landings),
    stage: job.stage,
    detail: JSON.stringify({ expected_at: join(side.table, pair.partition_key) }),
    compared_at_ms: now_ms,
    seconds: 0,
  };
}
