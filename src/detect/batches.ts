/**
 * Which pairs share an engine and a worker. Small ones go together, because a message, an engine and a folder for each would
 * cost more than comparing it; but never so many that a worker has nothing to do.
 */
import { SIDES } from '../core/side.ts';
import type { CompareBatch, CompareRequest } from './compare-request.ts';

const PAIRS_MAX = 32;
const BYTES_MAX = 64 * 2 ** 20;

export interface BatchSetting {
  /** How many batches are worked on at once. */
  readonly workers: number;
  /** To be shared by the workers. */
  readonly threads: number;
}

export type GroupedBatch = Pick<CompareBatch, 'requests' | 'threads'>;

/**
 * Every request in one batch, in their order: up to 32 pairs and 64 MB of files, a larger pair alone. As long as there are
 * enough batches each has one thread, which wastes nothing; few have more.
 */
export function batchesOf(
  requests: readonly CompareRequest[],
  { workers, threads }: BatchSetting,
): readonly GroupedBatch[] {
  const groups = grouped(requests, Math.min(PAIRS_MAX, Math.ceil(requests.length / workers)));
  const share = groups.length >= workers ? 1 : Math.max(1, Math.floor(threads / groups.length));
  return groups.map((group) => ({ requests: group, threads: share }));
}

function grouped(requests: readonly CompareRequest[], pairsMax: number): readonly (readonly CompareRequest[])[] {
  const groups: CompareRequest[][] = [];
  let open: CompareRequest[] = [];
  let bytes = 0;
  for (const request of requests) {
    const size = sizeOf(request);
    if (size > BYTES_MAX) {
      groups.push([request]);
      continue;
    }
    if (open.length === pairsMax || bytes + size > BYTES_MAX) {
      open = [];
      bytes = 0;
    }
    if (open.length === 0) groups.push(open);
    open.push(request);
    bytes += size;
  }
  return groups;
}

/** Of both sides; a landing of which nothing is recorded counts as small. */
function sizeOf({ landings }: CompareRequest): number {
  return SIDES.reduce((sum, side) => sum + (landings[side].facts?.size_bytes ?? 0), 0);
}
