/** What pairing rows came to. */
import type { DuplicateKeys } from '../core/difference.ts';
import type { Sided } from '../core/side.ts';
import type { PartnerNote } from './partners.ts';
import type { Population } from './population.ts';

/** The counts over all parts. `differing` and `agreed` follow the plan's columns. */
export interface PairCounts {
  readonly changed: bigint;
  readonly agreed: bigint;
  readonly only_in_production: bigint;
  readonly only_in_shadow: bigint;
  readonly differing_by_column: readonly bigint[];
  readonly agreed_by_column: readonly bigint[];
}

/** `rows`: among how many they were counted. */
export type KeyCounts = Sided<{ readonly rows: bigint; readonly duplicates: DuplicateKeys; readonly nulls: bigint }>;

export interface PairedRows {
  readonly counts: PairCounts;
  /** Null without a key. */
  readonly keys: KeyCounts | null;
  readonly notes: readonly PartnerNote[];
  /** The rows that were held against each other; all of them, or those of the buckets that differ and some more. */
  readonly looked_at: Sided<bigint>;
  /** Of the rows that are kept, those of the last part: how many. */
  readonly kept: Sided<bigint>;
  readonly population: Population;
}

export interface FoundPairs {
  readonly paired: PairedRows;
  readonly keys_were_unique: boolean;
  /** What differs of the blocks of columns in the rows that were read; 0 where they were not told apart. */
  readonly all_blocks: bigint;
}
