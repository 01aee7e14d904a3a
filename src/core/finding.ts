import type { CellText, RowKind } from './difference.ts';
import type { Json } from './identity.ts';

export const CERTAINTIES = ['explained', 'resembles', 'unknown', 'not_attributable'] as const;
export type Certainty = (typeof CERTAINTIES)[number];

/** The six counts of a finding, in cells or rows. */
export interface FindingCounts {
  readonly differing: bigint;
  /** Differing, and the candidate is what the cause predicts. */
  readonly explained: bigint;
  /** The cause would have changed the value. */
  readonly at_risk: bigint;
  /** At risk, and yet equal: what gives a wrong cause away. */
  readonly contradictions: bigint;
  /** Already differed in the previous partition. */
  readonly inherited: bigint;
  readonly residual: bigint;
}

export interface FindingExample {
  readonly key: readonly { readonly column: string; readonly value: CellText }[];
  readonly column: string | null;
  readonly production: CellText;
  readonly shadow: CellText;
  readonly predicted: CellText;
}

/** What makes two findings the same bug across jobs and partitions; no table, column, day, count or value in it. */
export interface Signature {
  readonly version: number;
  /** Row kind, cause and canonical parameters. */
  readonly shape: string;
  /** The shape with the type pair, nullability, path and trigger. */
  readonly site: string;
  /** The site with source system and builds. */
  readonly local: string | null;
  readonly alternatives: readonly string[];
}

/** A cause with the share of the differing cells or rows that it explains, and its evidence. Reads from reference to candidate. */
export interface Finding {
  readonly cause: string;
  readonly title: string;
  readonly params: { readonly [name: string]: Json };
  readonly certainty: Certainty;
  readonly columns: readonly string[];
  readonly row_kind: RowKind | 'schema';
  readonly unit: 'cells' | 'rows' | 'columns';
  readonly counts: FindingCounts;
  readonly text: string;
  readonly type_pair: string | null;
  readonly examples: readonly FindingExample[];
  readonly counter_examples: readonly FindingExample[];
  readonly look_alikes: readonly { readonly cause: string; readonly why_not: string }[];
  readonly advice: { readonly likely_cause: string; readonly where: string; readonly check_sql: readonly string[] };
  readonly signature: Signature;
}
