/** What the catalog remembers of landings and of the pairs that they stand in. Times are milliseconds since 1970 in UTC. */
import type { Integrity, LandedAtSource, RunKind, System, TableRole } from '../core/landing.ts';
import type { Sided } from '../core/side.ts';

/** What a landing was made from, as its writer told it: a full dump, a delta, an older target. */
export interface LandingInput {
  readonly table_role: TableRole;
  readonly table: string;
  readonly partition_key: string;
  readonly landing_id: string | null;
}

/** A landed partition as somebody found it or told it. The same files found again are the same landing. */
export interface FoundLanding {
  readonly job: string;
  /** `<source>/<table>`, as the config names them. */
  readonly table: string;
  readonly table_role: TableRole;
  /** Canonical, in the job's own columns. */
  readonly partition_key: string;
  /** Absolute folder. */
  readonly location: string;
  readonly system: System | null;
  readonly build: string | null;
  readonly run_kind: RunKind | null;
  readonly partition_start_ms: number | null;
  readonly partition_end_ms: number | null;
  readonly due_at_ms: number | null;
  readonly landed_at_ms: number;
  readonly landed_at_from: LandedAtSource;
  readonly files_hash: string;
  readonly file_count: number;
  readonly size_bytes: number;
  /** As the producer says; null: not said. */
  readonly row_count: number | null;
  readonly cpu_seconds: number | null;
  readonly storage_bytes: number | null;
  readonly integrity: Integrity;
  readonly inputs: readonly LandingInput[];
}

export interface LandingRecord extends Omit<FoundLanding, 'inputs'> {
  readonly id: string;
  /** From 1, per job, table and partition. */
  readonly sequence: number;
  readonly discovered_at_ms: number;
  /** The landing that took its place; null for the current one. */
  readonly superseded_by: string | null;
  /** When its folder was found to be gone; null while it stands. */
  readonly gone_at_ms: number | null;
}

/** A partition of a job in one pairing: the two tables, and until when the second landing has time. */
export interface PairPlace {
  readonly job: string;
  /** `migration`, `release`, `noise`, `backfill`. */
  readonly pairing: string;
  readonly partition_key: string;
  readonly tables: Sided<string>;
  /** Due time and grace; null where the partition's key tells no time and nothing landed. */
  readonly deadline_ms: number | null;
}

/**
 * `pending`: one side landed, the other has time. `owed`: both landed and were not compared yet. `compared`. `missing`: told
 * at the deadline, and waiting for the late partner. `expired`: the deadline had passed before the catch-up window.
 */
export type PairState = 'pending' | 'owed' | 'compared' | 'missing' | 'expired';

export interface PairRecord extends Omit<PairPlace, 'tables'> {
  readonly state: PairState;
  /** The current landings; null where that side has none. */
  readonly landings: Sided<LandingRecord | null>;
}

/** Everything that one look at some tables found, recorded in one transaction: a stamp says "seen", so it may not come first. */
export interface LookRecord {
  readonly found: readonly FoundLanding[];
  /** Partitions whose folder is there no more. */
  readonly gone: readonly { readonly job: string; readonly table: string; readonly partition_key: string }[];
  /** Every pair in which a landing of `found` or `gone` stands. */
  readonly pairs: readonly PairPlace[];
  readonly stamps: readonly TableStamp[];
  readonly told: readonly SettledTelling[];
}

/** What a job's table looked like, so that the next look lists only what changed. */
export interface TableStamp {
  readonly job: string;
  readonly table: string;
  readonly stamp: string;
  readonly partition_count: number;
}

/** A landing that a landing log or a request told, and what has become of it. */
export interface Telling {
  /** From its content, so that one told twice is one. */
  readonly id: string;
  readonly job: string;
  readonly partition_key: string;
  /** The log's file and line, or `http`. */
  readonly origin: string;
  /** JSON of a `ToldLanding`. */
  readonly told: string;
  readonly told_at_ms: number;
}

/** A telling with what became of it; `told`: nobody looked yet. */
export interface KnownTelling extends Telling {
  readonly state: SettledTelling['state'] | 'told';
  readonly reason: string | null;
}

export interface SettledTelling {
  readonly id: string;
  /**
   * `waiting`: looked at, and what it says does not hold yet; `overtaken`: it does not hold any more, because a later landing
   * of its partition took its place before anybody looked.
   */
  readonly state: 'landed' | 'waiting' | 'overtaken' | 'refused';
  readonly reason: string | null;
}
