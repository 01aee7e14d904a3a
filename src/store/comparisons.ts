/** Comparisons and the segments of our own logs that tell them: what is not in a published segment is owed to the logs. */
import type {
  ComparisonRecord,
  FileFingerprint,
  LoggedComparison,
  OwnSegment,
  PartitionFingerprints,
} from './comparison-record.ts';
import { comparisonsFrom, insertComparisons, withLandings } from './comparison-rows.ts';
import type { Database } from './database.ts';
import { fingerprintsOf, writeFingerprints } from './file-fingerprints.ts';
import { type Lease, requireLease } from './leases.ts';
import { claimedSegments, claimOwnSegment, markSegmentPublished } from './own-segments.ts';
import { settlePairs } from './pairs.ts';

export interface Comparisons {
  /**
   * Records comparisons and fingerprints in one transaction; returns how many comparisons were new (the first of an id
   * counts). A pair that still has these two landings is `compared`, or `missing` where one of them is null. Throws
   * `OperatingError` `lease_lost`.
   */
  commitComparisons(
    comparisons: readonly ComparisonRecord[],
    fingerprints: readonly PartitionFingerprints[],
    lease: Lease,
    now_ms: number,
  ): number;
  comparisonById(id: string): LoggedComparison | null;
  /** Newest first. */
  comparisonsOf(job: string, pairing: string, partition_key: string, limit: number): LoggedComparison[];
  fingerprintsOf(job: string, table: string, partition_key: string): FileFingerprint[];
  /**
   * Assigns up to `limit` comparisons and landings that are in no segment to a new one; null where there are none. The id
   * is of the ids that it holds. Another process may claim at the same time: no row is in two segments.
   */
  claimOwnSegment(now_ms: number, limit: number): OwnSegment | null;
  /** Claimed and not published: by a process that was killed, or by one that is at it. Writing one again is harmless. */
  claimedSegments(): OwnSegment[];
  markSegmentPublished(id: string): void;
}

export function comparisonsIn(database: Database): Comparisons {
  return {
    commitComparisons: (comparisons, fingerprints, lease) =>
      database.transaction(() => {
        requireLease(database, lease);
        const inserted = insertComparisons(database, comparisons, null);
        settlePairs(database, comparisons);
        writeFingerprints(database, fingerprints);
        return inserted;
      }),
    comparisonById: (id) =>
      database.snapshot(
        () => withLandings(database, comparisonsFrom(database, 'store/comparisons-by-id', { ids: [id] }))[0] ?? null,
      ),
    comparisonsOf: (job, pairing, partition_key, limit) =>
      database.snapshot(() => {
        const values = { job, pairing, partition_key, limit };
        return withLandings(database, comparisonsFrom(database, 'store/comparisons-of-partition', values));
      }),
    fingerprintsOf: (job, table, partition_key) => fingerprintsOf(database, job, table, partition_key),
    claimOwnSegment: (now_ms, limit) => claimOwnSegment(database, now_ms, limit),
    claimedSegments: () => claimedSegments(database),
    markSegmentPublished: (id) => markSegmentPublished(database, id),
  };
}
