/**
 * Writes what the catalog has recorded into our own mismatch and signal logs. Rows are claimed for a segment first, and
 * the segment's name and time are the catalog's: so whoever writes it, and however often, puts the same rows under the
 * same names, by `link()`, and a file that stands is left as it is.
 */
import { join } from 'node:path';
import type { LoggedSide, Mismatch } from '../core/mismatch.ts';
import type { Side } from '../core/side.ts';
import type { LoggedComparison, OwnSegment } from './comparison-record.ts';
import type { Comparisons } from './comparisons.ts';
import type { FilePort } from './files.ts';
import { mismatchSegment, segmentPath } from './mismatch-log.ts';
import type { SignalInputs } from './signal-inputs.ts';
import { signalSegment } from './signal-log.ts';

/** Rows of one segment: some 10 MB while it is written, and the event loop is held for 0.2 s. */
const SEGMENT_ROWS = 5_000;

export type OwnLogCatalog = Pick<Comparisons, 'claimedSegments' | 'claimOwnSegment' | 'markSegmentPublished'> &
  SignalInputs;

/** What this call has put into the logs; segments that somebody else published meanwhile do not count. */
export interface WrittenSegments {
  readonly segments: number;
  /** Rows. */
  readonly mismatches: number;
  readonly signals: number;
}

/**
 * Writes every segment that was claimed and not published, then claims until nothing is left unlogged. Ended anywhere, the
 * next call goes on. Throws `OperatingError` where the store cannot be written; what was claimed stays claimed.
 */
export async function writeOwnSegments(
  catalog: OwnLogCatalog,
  store: string,
  files: FilePort,
  now: () => Date,
): Promise<WrittenSegments> {
  const written = { segments: 0, mismatches: 0, signals: 0 };
  for (const segment of segmentsToWrite(catalog, now)) {
    const { mismatches, signals } = await writeSegment(segment, catalog, store, files);
    catalog.markSegmentPublished(segment.id);
    written.mismatches += mismatches;
    written.signals += signals;
    if (signals > 0) written.segments += 1;
  }
  return written;
}

function* segmentsToWrite(catalog: OwnLogCatalog, now: () => Date): Iterable<OwnSegment> {
  yield* catalog.claimedSegments();
  for (;;) {
    const segment = catalog.claimOwnSegment(now().getTime(), SEGMENT_ROWS);
    if (segment === null) return;
    yield segment;
  }
}

async function writeSegment(
  { id, logged_at_ms, comparisons, landings }: OwnSegment,
  catalog: OwnLogCatalog,
  store: string,
  files: FilePort,
): Promise<{ mismatches: number; signals: number }> {
  const logged_at = new Date(logged_at_ms);
  const publish = async (log: 'mismatch' | 'signal', rows: number, bytes: Uint8Array): Promise<number> => {
    const outcome = await files.publish(join(store, segmentPath(log, logged_at, id)), bytes);
    return outcome === 'published' ? rows : 0;
  };
  const entries = comparisons.flatMap((comparison) => mismatchOf(comparison) ?? []);
  const mismatches =
    entries.length === 0 ? 0 : await publish('mismatch', entries.length, await mismatchSegment(entries));
  const inputs = catalog.inputsOfLandings(landings.map((landing) => landing.id));
  const told = landings.map((landing) => ({ ...landing, inputs: inputs.get(landing.id) ?? [] }));
  const rows = landings.length + comparisons.length;
  return { mismatches, signals: await publish('signal', rows, await signalSegment(told, comparisons)) };
}

/** The entry of the mismatch log; null for a match. */
export function mismatchOf(comparison: LoggedComparison): Mismatch | null {
  const { outcome } = comparison;
  if (outcome !== 'mismatch' && outcome !== 'inconclusive') return null;
  return {
    comparison_id: comparison.comparison_id,
    content_id: comparison.content_id,
    logged_at: new Date(comparison.compared_at_ms),
    job: comparison.job,
    pairing: comparison.pairing,
    table_role: comparison.table_role,
    partition_key: comparison.partition_key,
    outcome,
    inconclusive_reason: comparison.inconclusive_reason,
    kinds: comparison.kinds,
    stage: comparison.stage,
    production: sideOf(comparison, 'production'),
    shadow: sideOf(comparison, 'shadow'),
    reference_side: comparison.reference_side,
    spec: comparison.spec,
    differing_columns: comparison.differing_columns,
    detail: comparison.detail,
  };
}

function sideOf(comparison: LoggedComparison, side: Side): LoggedSide {
  const landing = comparison.landings[side];
  const row_count = comparison.row_counts[side];
  return {
    landing_id: comparison.landing_ids[side],
    system: landing?.system ?? null,
    build: landing?.build ?? null,
    run_kind: landing?.run_kind ?? null,
    location: landing?.location ?? null,
    row_count: row_count === null ? null : BigInt(row_count),
    checksum: comparison.checksums[side],
    landed_at: landing === null ? null : new Date(landing.landed_at_ms),
    due_at: landing === null || landing.due_at_ms === null ? null : new Date(landing.due_at_ms),
    size_bytes: landing === null ? null : BigInt(landing.size_bytes),
    cpu_seconds: landing?.cpu_seconds ?? null,
    storage_bytes: landing?.storage_bytes ?? null,
    integrity: comparison.integrity[side],
  };
}
