import type { MismatchKind } from './outcome.ts';
import type { Sided } from './side.ts';
import type { Normalisation } from './spec.ts';

/** Row count and checksums of one side, additive over its files. Checksums are two exact sums, `sum(low 31 bits)-sum(high 31 bits)`. */
export interface Fingerprint {
  readonly row_count: bigint;
  /** Null where files with the same bytes on both sides made it needless to decode them. */
  readonly checksum: string | null;
  /** Of `checksum: strong`: eight sums of parts of the rows' SHA-256; null where it was not asked for. */
  readonly strong: string | null;
}

/** A column that stands on both sides, with the form in which its values are compared. */
export interface ComparedColumn {
  /** Production's name; the shadow may name it differently. */
  readonly name: string;
  readonly shadow_name: string;
  readonly types: Sided<string>;
  readonly compared_as: string;
  readonly is_key: boolean;
  readonly tolerance: { readonly abs: number; readonly rel: number; readonly time_us: number } | null;
  /** The normalising rules that hold for it, in the order in which they are applied; `expression` where SQL takes its place. */
  readonly agreed_rules: readonly (Normalisation | 'expression')[];
}

/** One column that the two sides call differently. */
export interface RenamedColumn {
  readonly production: string;
  readonly shadow: string;
  /** `config`: mapped onto each other by the rules, which is no difference; `content`: found by their values, which is one. */
  readonly by: 'config' | 'content';
  /** Rows that were looked at, and those of them in which both hold the same value; null where the config says so. */
  readonly rows: bigint | null;
  readonly agreeing: bigint | null;
}

export interface SchemaDifference {
  readonly only_in_production: readonly string[];
  readonly only_in_shadow: readonly string[];
  readonly retyped: readonly {
    readonly column: string;
    readonly production: string;
    readonly shadow: string;
    readonly compared_as: string;
  }[];
  readonly renamed: readonly RenamedColumn[];
  readonly reordered: boolean;
}

/** What one look at a landing pair showed before any row was paired. */
export interface Comparison {
  readonly schema: SchemaDifference;
  readonly fingerprints: Sided<Fingerprint>;
  /** All kinds by which the two sides differ; empty: every row of one side stands on the other, exactly. */
  readonly kinds: readonly MismatchKind[];
  /** By per-column checksums; null where the whole checksum already agreed or the row counts differ. */
  readonly differing_columns: readonly string[] | null;
}
