/** The real pairs, with the counts that another program made of them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mapSides, type Sided } from '../../src/core/side.ts';
import { packageRoot } from '../../src/sql/query-file.ts';

export interface Counts {
  readonly rows_production: number;
  readonly rows_shadow: number;
  readonly bag: { readonly only_production: number; readonly only_shadow: number };
  readonly rows_identical?: number;
  readonly only_production?: number;
  readonly only_shadow?: number;
  readonly rows_changed?: number;
  readonly changed_columns?: Readonly<Record<string, number>>;
  readonly schema: { readonly only_production: readonly string[]; readonly only_shadow: readonly string[] };
}

export interface PartitionCounts {
  /** Null: rows without a value there. */
  readonly partition: string | null;
  readonly rows_production: number;
  readonly rows_shadow: number;
  readonly only_production: number;
  readonly only_shadow: number;
}

export interface RealPair {
  readonly name: string;
  /** Null, or holds `_row`: there is none among the columns. */
  readonly key: readonly string[] | null;
  readonly alternate_keys?: readonly (readonly string[])[];
  readonly files: Readonly<Record<string, string>>;
  readonly expected: {
    readonly typed: Counts;
    readonly by_partition?: {
      /** What the rows are parted by, over the tables of text. */
      readonly sql: string;
      readonly in_both: number;
      readonly missing_in_shadow: number;
      readonly content_mismatch: number;
      /** The first of them. */
      readonly mismatching: readonly PartitionCounts[];
    };
    readonly after_normalisation?: { readonly key: readonly string[]; readonly result: Required<Counts> };
  };
}

const folder = process.env.SHADOWCHECK_PAIRS ?? join(packageRoot(), '..', 'shared', 'data', 'pairs');

export const realPairs: readonly RealPair[] = existsSync(folder)
  ? readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => JSON.parse(readFileSync(join(folder, name, 'meta.json'), 'utf8')) as RealPair)
  : [];

/** Empty: the pair has none among its columns. */
export function keyOf({ key }: RealPair): readonly string[] {
  return key === null || key.includes('_row') ? [] : key;
}

export function typedFiles({ name }: RealPair): Sided<string> {
  return { production: join(folder, name, 'production.parquet'), shadow: join(folder, name, 'shadow.parquet') };
}

/** The tables as text throughout: Parquet, or the CSV as it was published. */
export function textFiles({ name, files }: RealPair): Sided<string> {
  return mapSides({ production: 'production', shadow: 'shadow' }, (side) =>
    join(folder, name, files[`${side}_text`] ?? files[`${side}_raw`] ?? ''),
  );
}

/** Columns that one side calls otherwise, under both names: the independent program compares none that only their values give away. */
export function renamedIn({ expected: { typed } }: RealPair): readonly string[] {
  const { only_production, only_shadow } = typed.schema;
  return only_production.length > 0 && only_shadow.length > 0 ? [...only_production, ...only_shadow] : [];
}
