/** The tables that a job's pairings compare, each once, and the pairs that a partition of one of them stands in. */
import type { IngestionJob, JobSide } from '../config/config.ts';
import { type Pairing, pairingsOf, tableIdOf } from '../config/pairings.ts';
import { parsePartitionKey, timeRangeOf } from '../core/partition-key.ts';
import { mapSides, SIDES } from '../core/side.ts';
import type { PairPlace } from '../store/landing-record.ts';

export interface JobTable {
  readonly job: IngestionJob;
  readonly id: string;
  readonly side: JobSide;
}

/** A table that stands in several pairings is looked at once, by the rules of the first. */
export function tablesOf(job: IngestionJob): readonly JobTable[] {
  const tables = new Map<string, JobTable>();
  for (const { sides } of pairingsOf(job)) {
    for (const name of SIDES) {
      const id = tableIdOf(sides[name]);
      if (!tables.has(id)) tables.set(id, { job, id, side: sides[name] });
    }
  }
  return [...tables.values()];
}

export interface PartitionTimes {
  readonly start_ms: number | null;
  readonly end_ms: number | null;
  readonly due_ms: number | null;
}

/** What a partition's own key says of its time. */
export function timesOf(job: IngestionJob, partition_key: string): PartitionTimes {
  const key = parsePartitionKey(partition_key);
  const range = key === null ? null : timeRangeOf(key);
  if (range === null) return { start_ms: null, end_ms: null, due_ms: null };
  const end_ms = range.end.getTime();
  return { start_ms: range.start.getTime(), end_ms, due_ms: end_ms + job.due_ms };
}

/**
 * The pairs in which this table's partition stands. A key that tells no time is due a while after one of its sides landed:
 * `landed_ms`, null where none did.
 */
export function pairPlacesOf(
  { job, id }: JobTable,
  partition_key: string,
  { due_ms, landed_ms }: { readonly due_ms: number | null; readonly landed_ms: number | null },
): readonly PairPlace[] {
  const due = due_ms ?? (landed_ms === null ? null : landed_ms + job.due_ms);
  const deadline_ms = due === null ? null : due + job.grace_ms;
  return pairingsOf(job)
    .filter((pairing) => standsIn(pairing, id))
    .map(({ name, sides }) => ({
      job: job.name,
      pairing: name,
      partition_key,
      tables: mapSides(sides, tableIdOf),
      deadline_ms,
    }));
}

function standsIn({ sides }: Pairing, id: string): boolean {
  return SIDES.some((side) => tableIdOf(sides[side]) === id);
}
