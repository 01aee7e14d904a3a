import type { TypeFamily } from './column.ts';
import { idOf, type Json } from './identity.ts';

/** What a rule is for. A rule for a column goes before one for its type, and that before one for all. */
export interface RuleTarget {
  /** Production's name of the column; null where the rule is for a type or for all. */
  readonly column: string | null;
  /** Null where the rule is for a column or for all that it fits. */
  readonly type: TypeFamily | null;
}

/**
 * Two numbers agree if they differ by at most `abs`, or by at most `rel` of the larger one; two dates, times or timestamps
 * if they lie at most `time_us` microseconds apart.
 */
export interface Tolerance extends RuleTarget {
  readonly abs: number;
  readonly rel: number;
  readonly time_us: number;
}

/** In the order in which they are applied. */
export const NORMALISATIONS = [
  'json_canonical',
  'unordered_lists',
  'unicode',
  'trim',
  'ignore_case',
  'number_text',
] as const;
export type Normalisation = (typeof NORMALISATIONS)[number];

export interface NormaliseRule extends RuleTarget {
  readonly rule: Normalisation;
}

/** SQL that takes the place of a column on a side; null: the column itself. */
export interface ColumnExpression {
  /** Production's name of the column; where no side has it, the expressions make it. */
  readonly column: string;
  readonly production: string | null;
  readonly shadow: string | null;
}

/** Everything that decides what equal means. A change of rules is a change of spec. Column names are production's. */
export interface Spec {
  /** Empty: none is given. */
  readonly key: readonly string[];
  /** Where none is given, the key is inferred; else rows are compared without one. */
  readonly infer_key: boolean;
  /** Only these columns (and the key); null for all. */
  readonly columns: readonly string[] | null;
  readonly ignore: readonly string[];
  readonly renamed: readonly { readonly production: string; readonly shadow: string }[];
  readonly tolerance: readonly Tolerance[];
  readonly normalise: readonly NormaliseRule[];
  readonly expressions: readonly ColumnExpression[];
  /** A condition per side, in the engine's SQL; null for all rows. */
  readonly where: { readonly production: string | null; readonly shadow: string | null };
  /** Share of the keys that is compared, the same keys on both sides; null for all. */
  readonly sample: number | null;
  /** `strong`: equality is proved by a cryptographic digest too, at the price of time. */
  readonly checksum: 'fast' | 'strong';
}

export const PLAIN_SPEC: Spec = {
  key: [],
  infer_key: false,
  columns: null,
  ignore: [],
  renamed: [],
  tolerance: [],
  normalise: [],
  expressions: [],
  where: { production: null, shadow: null },
  sample: null,
  checksum: 'fast',
};

/** The spec's hash, which every fingerprint, comparison and mismatch carries. */
export function specIdOf(spec: Spec): string {
  return idOf('spec', 2, spec as unknown as Json);
}
