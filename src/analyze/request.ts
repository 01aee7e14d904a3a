import type { LandedAtSource, Landing, RunKind } from '../core/landing.ts';
import type { MismatchKind } from '../core/outcome.ts';
import type { PrivacyMode } from '../core/privacy.ts';
import type { Side, Sided } from '../core/side.ts';
import type { Spec } from '../core/spec.ts';
import type { KnownIssue } from '../diagnose/known-issue.ts';

/** What is recorded of how a side was written: by the catalog, or else by the log that names it. */
export interface LandingOrigin {
  readonly landing_id: string | null;
  readonly run_kind: RunKind | null;
  /** ISO, UTC. */
  readonly landed_at: string | null;
  readonly landed_at_from: LandedAtSource | null;
  readonly due_at: string | null;
}

/** One work item, whole: everything that is needed to analyse one pair, as plain data that survives a message to a child process. */
export interface AnalysisRequest {
  readonly comparison_id: string | null;
  readonly job: string | null;
  readonly owner: string | null;
  readonly pairing: string | null;
  readonly partition_key: string | null;
  readonly landings: Sided<Landing>;
  /** Absent where nothing is recorded: two places given by hand. */
  readonly origins?: Sided<LandingOrigin>;
  /** By what the entry of the mismatch log was noticed: a side that was missing then and still is makes a mismatch. */
  readonly logged_kinds?: readonly MismatchKind[];
  /** A side of which it cannot be told where its partition is, such as two spellings of one key. */
  readonly unreadable: { readonly side: Side; readonly detail: string } | null;
  readonly reference_side: Side;
  readonly spec: Spec;
  /** Most examples that are shown. */
  readonly examples: number;
  readonly privacy: {
    readonly mode: PrivacyMode;
    readonly sensitive: readonly string[];
    /** Hexadecimal key of the tokens. */
    readonly token_key: string;
  };
  readonly known_issues: readonly KnownIssue[];
  /** ISO date of the analysis, for the expiry of accepted issues; null: nothing expires. */
  readonly today: string | null;
  readonly threads: number;
  readonly memory_bytes: bigint | null;
  /** Sides of at most as many rows are kept in the session whole; absent: the default. */
  readonly kept_rows_max?: bigint;
  /** Folder, mode 0700, for what this item spills and converts; it may be swept once the item is done. */
  readonly spill: string;
}
