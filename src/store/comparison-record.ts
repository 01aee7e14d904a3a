/** What the catalog remembers of comparisons. Times are milliseconds since 1970 in UTC. */
import type { Integrity } from '../core/landing.ts';
import type { InconclusiveReason, MismatchKind, Outcome } from '../core/outcome.ts';
import type { Side, Sided } from '../core/side.ts';
import type { LandingRecord } from './landing-record.ts';

/** Why somebody looked: the pair has landed; the deadline has passed; a person asked. */
export const TRIGGERS = ['landing', 'deadline', 'request'] as const;
export type Trigger = (typeof TRIGGERS)[number];

/** Where the checksums of a comparison are from. `producer`: some of them from a manifest, not from the rows. */
export const FINGERPRINT_SOURCES = ['read', 'stored', 'producer'] as const;
export type FingerprintSource = (typeof FINGERPRINT_SOURCES)[number];

/** One look at one landing pair. */
export interface ComparisonRecord {
  /** Of both landing ids, spec and trigger. */
  readonly comparison_id: string;
  /** Of both fingerprints and the spec; null where there are none. */
  readonly content_id: string | null;
  readonly job: string;
  readonly pairing: string;
  readonly table_role: string;
  readonly partition_key: string;
  readonly landing_ids: Sided<string | null>;
  readonly spec: string;
  readonly trigger: Trigger;
  /** The comparison that this one looks at again. */
  readonly rechecks: string | null;
  readonly outcome: Outcome;
  readonly inconclusive_reason: InconclusiveReason | null;
  readonly kinds: readonly MismatchKind[];
  readonly row_counts: Sided<number | null>;
  readonly checksums: Sided<string | null>;
  readonly integrity: Sided<Integrity | null>;
  readonly differing_columns: readonly string[] | null;
  /** Rows that differ within the agreed tolerance; null where no tolerance was looked at. */
  readonly agreed_rows: number | null;
  readonly fingerprint_source: FingerprintSource | null;
  readonly reference_side: Side;
  readonly stage: string | null;
  /** JSON: the difference of schema, what kept it from being decided. */
  readonly detail: string | null;
  readonly compared_at_ms: number;
  /** Measured; not part of what is the same between two runs. */
  readonly seconds: number;
}

/** A comparison with its landings, as the logs tell it. */
export interface LoggedComparison extends ComparisonRecord {
  readonly landings: Sided<LandingRecord | null>;
}

/** Row count and sums of one file in one form; additive over the files of a landing. */
export interface FileFingerprint {
  /** Relative to the partition's folder. */
  readonly file: string;
  /** Of the file's path, inode, size, times and footer: another one is another file. */
  readonly identity: string;
  /** Of the SQL that made the sums, with the types it read and the engine's version. */
  readonly form: string;
  readonly row_count: bigint;
  readonly low_sum: bigint;
  readonly high_sum: bigint;
  /** The sums of the rows' digests; in the form of bytes the digest of the file, whose sums are then 0. Null: none was made. */
  readonly strong: string | null;
  /** The producer gave the sums. */
  readonly is_told: boolean;
}

/** The fingerprints of one partition's files; they take the place of those of the same file and form. */
export interface PartitionFingerprints {
  readonly job: string;
  readonly table: string;
  readonly partition_key: string;
  readonly files: readonly FileFingerprint[];
}

/** A segment of our own logs: its rows are assigned in the catalog before it is written, so that a retry writes the same bytes. */
export interface OwnSegment {
  readonly id: string;
  readonly logged_at_ms: number;
  /** By comparison id. */
  readonly comparisons: readonly LoggedComparison[];
  /** By landing id. */
  readonly landings: readonly LandingRecord[];
}
