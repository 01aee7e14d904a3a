import type { Sided } from './side.ts';

/** A row difference: a row only on one side, or one key with different values. */
export type RowKind = 'changed' | 'only_in_production' | 'only_in_shadow';

/** Where a row stands: index into the side's file list, row number from 0 in that file. */
export interface RowPlace {
  readonly file: number;
  readonly row: bigint;
}

/** A value as text; null is NULL. Text keeps 64-bit integers, decimals and times exact in JSON. */
export type CellText = string | null;

/** An inner value that differs, as text: `items[2].price`. Null is NULL, or nothing at all on the side that `only_in` does not name. */
export interface DifferingPath {
  readonly path: string;
  readonly production: CellText;
  readonly shadow: CellText;
  readonly only_in: 'production' | 'shadow' | null;
}

export interface ExampleCell {
  readonly column: string;
  readonly production: CellText;
  readonly shadow: CellText;
  /** Of a nested or JSON value in a changed row, some of the inner values that differ; empty for others. */
  readonly paths: readonly DifferingPath[];
}

export interface RowExample {
  readonly kind: RowKind;
  readonly places: Sided<RowPlace | null>;
  readonly key: readonly { readonly column: string; readonly value: CellText }[];
  /** The differing cells of a changed row; all cells of a row on one side only. */
  readonly cells: readonly ExampleCell[];
}

export interface RowCounts {
  readonly equal: bigint;
  readonly agreed: bigint;
  readonly changed: bigint;
  readonly only_in_production: bigint;
  readonly only_in_shadow: bigint;
  readonly duplicate_keys: Sided<DuplicateKeys> | null;
  readonly null_keys: Sided<bigint> | null;
  /** Over which rows both were counted; null without a key. */
  readonly keys_counted_over: Sided<KeysCountedOver> | null;
}

/** On large sides keys are counted only where rows may differ: those that agree are not read again. */
export const KEYS_COUNTED_OVER = ['all_rows', 'rows_that_may_differ'] as const;
export type KeysCountedOver = (typeof KEYS_COUNTED_OVER)[number];

/** Keys that stand more than once: how many such keys, and how many rows beyond the first of each. */
export interface DuplicateKeys {
  readonly groups: bigint;
  readonly extra_rows: bigint;
}

export interface ColumnProfile {
  readonly nulls: bigint;
  readonly distinct: bigint;
  readonly min: CellText;
  readonly max: CellText;
}

export interface ColumnDifference {
  readonly column: string;
  readonly type: string;
  readonly differing_rows: bigint;
  readonly agreed_rows: bigint;
  readonly agreed_by: string | null;
  readonly profile: Sided<ColumnProfile> | null;
}

/** From a mismatch to row differences, column profile and examples. */
export interface Difference {
  readonly rows: RowCounts;
  readonly rows_compared: Sided<bigint>;
  readonly columns: readonly ColumnDifference[];
  readonly examples: readonly RowExample[];
}
