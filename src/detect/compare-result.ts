/** Results of comparisons that could not decide, and what all results have in common. */
import { reasonOf } from '../analyze/trouble-reason.ts';
import type { SchemaDifference } from '../core/comparison.ts';
import { OperatingError } from '../core/operating-error.ts';
import { EXIT_CODES } from '../core/outcome.ts';
import { mapSides, type Side, type Sided } from '../core/side.ts';
import type { PinnedLanding } from '../partition/pin.ts';
import type { ComparedSide, CompareRequest, CompareResult } from './compare-request.ts';

/** What had been seen of a pair when its look ended. */
export interface Seen {
  readonly pinned: Sided<PinnedLanding | null>;
  readonly schema: SchemaDifference | null;
  readonly superseded: readonly Side[];
}

export const NOTHING_SEEN: Seen = { pinned: { production: null, shadow: null }, schema: null, superseded: [] };

/**
 * The result of a pair that `error` kept from being decided. Trouble of the machine (a full disk, a worker that does not
 * start) is no pair's: it is thrown again.
 */
export function inconclusiveResult(
  { comparison_id }: CompareRequest,
  error: unknown,
  seconds: number,
  { pinned, schema, superseded }: Seen = NOTHING_SEEN,
): CompareResult {
  if (isOfMachine(error)) throw error;
  const { reason, message } = reasonOf(error);
  return {
    comparison_id,
    outcome: 'inconclusive',
    inconclusive_reason: reason,
    reason_text: message,
    superseded,
    kinds: [],
    differing_columns: null,
    schema,
    sides: mapSides(pinned, unreadSide),
    agreed_rows: null,
    fingerprint_source: null,
    seconds,
  };
}

/** Trouble that the next pair would have too: a full disk, a worker that does not start. */
export function isOfMachine(error: unknown): boolean {
  return error instanceof OperatingError && error.exitCode === EXIT_CODES.infrastructure;
}

/** A side of which only the files were looked at. */
export function unreadSide(pinned: PinnedLanding | null): ComparedSide {
  return {
    row_count: null,
    checksum: null,
    file_count: pinned?.files.length ?? 0,
    size_bytes: pinned?.size_bytes ?? 0n,
    integrity: 'unverified',
    files_read: 0,
    files_same_bytes: 0,
    fingerprints: [],
  };
}
