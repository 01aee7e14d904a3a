/** One comparison as a work item, and what it came to: plain data that survives a message to a child process. */
import type { SchemaDifference } from '../core/comparison.ts';
import type { Integrity, Landing } from '../core/landing.ts';
import type { InconclusiveReason, MismatchKind, Outcome } from '../core/outcome.ts';
import type { Side, Sided } from '../core/side.ts';
import type { Spec } from '../core/spec.ts';
import type { FileFingerprint, FingerprintSource } from '../store/comparison-record.ts';

export interface CompareRequest {
  readonly comparison_id: string;
  readonly job: string;
  readonly partition_key: string;
  /** With their `facts`: other files than recorded there are `superseded`. */
  readonly landings: Sided<Landing>;
  readonly spec: Spec;
  /** Of files that were read before or whose sums the producer gave; of other forms or other files too, which do not count. */
  readonly known: Sided<readonly FileFingerprint[]>;
  /** Name of the producer's manifest in the partition's folder, where the source has one: its sums take the place of reading. */
  readonly manifests: Sided<string | null>;
  /** Reads every file, whatever is known of it. */
  readonly anew: boolean;
}

/** Pairs that share one engine: opening one costs as much as comparing a small pair. */
export interface CompareBatch {
  readonly requests: readonly CompareRequest[];
  readonly threads: number;
  readonly memory_bytes: bigint | null;
  /** Folder for what is spilled and converted. */
  readonly spill: string;
}

export interface ComparedSide {
  readonly row_count: bigint | null;
  readonly checksum: string | null;
  readonly file_count: number;
  readonly size_bytes: bigint;
  readonly integrity: Integrity;
  /** Files of which every row was read. */
  readonly files_read: number;
  /** Files that were not decoded, because the other side has their bytes too. */
  readonly files_same_bytes: number;
  /** What was read anew, to be kept. */
  readonly fingerprints: readonly FileFingerprint[];
}

export interface CompareResult {
  readonly comparison_id: string;
  readonly outcome: Outcome;
  readonly inconclusive_reason: InconclusiveReason | null;
  /** Why it is inconclusive, in words that hold no value of the data. */
  readonly reason_text: string | null;
  /** Sides of which the files are not those of the landing any more; the outcome is then `inconclusive: superseded`. */
  readonly superseded: readonly Side[];
  readonly kinds: readonly MismatchKind[];
  readonly differing_columns: readonly string[] | null;
  readonly schema: SchemaDifference | null;
  readonly sides: Sided<ComparedSide>;
  readonly agreed_rows: bigint | null;
  readonly fingerprint_source: FingerprintSource | null;
  readonly seconds: number;
}
