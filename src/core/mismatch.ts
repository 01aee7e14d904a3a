import type { Integrity, System } from './landing.ts';
import type { InconclusiveReason, MismatchKind } from './outcome.ts';
import type { Side, Sided } from './side.ts';

/** What the mismatch log says of one side. */
export interface LoggedSide {
  readonly landing_id: string | null;
  readonly system: System | null;
  readonly build: string | null;
  readonly run_kind: string | null;
  readonly location: string | null;
  readonly row_count: bigint | null;
  readonly checksum: string | null;
  readonly landed_at: Date | null;
  readonly due_at: Date | null;
  readonly size_bytes: bigint | null;
  readonly cpu_seconds: number | null;
  readonly storage_bytes: number | null;
  readonly integrity: Integrity | null;
}

/**
 * One entry of a mismatch log: a comparison that is not a match, inconclusive ones too, so that nothing undecided is
 * forgotten. Only `job`, `partition_key` and `logged_at` are required of other writers.
 */
export interface Mismatch extends Sided<LoggedSide> {
  readonly comparison_id: string;
  readonly content_id: string | null;
  readonly logged_at: Date;
  readonly job: string;
  readonly pairing: string;
  readonly table_role: string;
  /** Canonical, `ds=2026-11-20`. */
  readonly partition_key: string;
  readonly outcome: 'mismatch' | 'inconclusive';
  readonly inconclusive_reason: InconclusiveReason | null;
  readonly kinds: readonly MismatchKind[];
  readonly stage: string | null;
  readonly reference_side: Side | null;
  readonly spec: string | null;
  readonly differing_columns: readonly string[] | null;
  readonly detail: string | null;
}
