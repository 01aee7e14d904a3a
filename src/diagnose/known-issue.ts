import type { Json } from '../core/identity.ts';

/** An issue that people know already, from YAML: what a finding must be to be it, and what is to be done. */
export interface KnownIssue {
  readonly id: string;
  readonly title: string;
  readonly match: {
    readonly any_of: readonly KnownIssueMatch[];
    /** Signatures, site or shape, that are this issue. */
    readonly signatures: readonly string[];
  };
  /** Only in this job or column; null for everywhere. */
  readonly only: { readonly job: string | null; readonly column: string | null } | null;
  readonly action: 'block' | 'hold' | 'accept' | 'ignore';
  /** ISO date; required for `accept`. After it the issue counts as new again. */
  readonly accept_until: string | null;
  /** Growth beyond it reopens the issue; required for `accept`. */
  readonly cap: { readonly rows: number | null; readonly share: number | null } | null;
  readonly owner: string | null;
  readonly link: string | null;
  readonly fixed_build: string | null;
}

export interface KnownIssueMatch {
  readonly cause: string;
  /** Every parameter named here must be equal in the finding; others are free. */
  readonly params: { readonly [name: string]: Json };
  readonly type_pair: string | null;
}
