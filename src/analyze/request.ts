import type { Landing } from '../core/landing.ts';
import type { PrivacyMode } from '../core/privacy.ts';
import type { Side, Sided } from '../core/side.ts';
import type { Spec } from '../core/spec.ts';
import type { KnownIssue } from '../diagnose/known-issue.ts';

/** One work item, whole: everything that is needed to analyse one pair, as plain data that survives a message to a child process. */
export interface AnalysisRequest {
  readonly comparison_id: string | null;
  readonly job: string | null;
  readonly owner: string | null;
  readonly pairing: string | null;
  readonly partition_key: string | null;
  readonly landings: Sided<Landing>;
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
  /** Folder, mode 0700, for what this item spills and converts; it may be swept once the item is done. */
  readonly spill: string;
}
