import { idOf, type Json } from './identity.ts';

/** Two numbers agree if they differ by at most `abs`, or by at most `rel` of the larger one. */
export interface Tolerance {
  /** Production name of the column; null for every numeric column that has none of its own. */
  readonly column: string | null;
  readonly abs: number;
  readonly rel: number;
}

export const NORMALISATIONS = ['trim', 'ignore_case'] as const;
export type Normalisation = (typeof NORMALISATIONS)[number];

export interface NormaliseRule {
  /** Production name of the column; null for every text column. */
  readonly column: string | null;
  readonly rule: Normalisation;
}

/** Everything that decides what equal means. A change of rules is a change of spec. Column names are production's. */
export interface Spec {
  /** Empty: no key, rows are compared as a multiset. */
  readonly key: readonly string[];
  /** Only these columns (and the key); null for all. */
  readonly columns: readonly string[] | null;
  readonly ignore: readonly string[];
  readonly renamed: readonly { readonly production: string; readonly shadow: string }[];
  readonly tolerance: readonly Tolerance[];
  readonly normalise: readonly NormaliseRule[];
  /** A condition per side, in the engine's SQL; null for all rows. */
  readonly where: { readonly production: string | null; readonly shadow: string | null };
  /** Share of the keys that is compared, the same keys on both sides; null for all. */
  readonly sample: number | null;
  readonly checksum: 'fast';
}

export const PLAIN_SPEC: Spec = {
  key: [],
  columns: null,
  ignore: [],
  renamed: [],
  tolerance: [],
  normalise: [],
  where: { production: null, shadow: null },
  sample: null,
  checksum: 'fast',
};

/** The spec's hash, which every fingerprint, comparison and mismatch carries. */
export function specIdOf(spec: Spec): string {
  return idOf('spec', 1, spec as unknown as Json);
}
