import type { Side } from './side.ts';

export type System = 'legacy' | 'next';

export const INTEGRITIES = ['verified', 'crc_ok', 'unverified'] as const;
/** What is known of the bytes that were read: checked by the producer's digest, by page checksums, or not at all. */
export type Integrity = (typeof INTEGRITIES)[number];

/** How the files of a location are to be read. */
export type FileFormat =
  | { readonly kind: 'parquet' }
  | {
      readonly kind: 'csv';
      readonly delimiter: string | null;
      readonly header: boolean;
      readonly null_text: string | null;
      readonly columns: readonly TypedName[];
    }
  | { readonly kind: 'jsonl'; readonly columns: readonly TypedName[] }
  | { readonly kind: 'hive_text'; readonly columns: readonly TypedName[] };

/** A declared column of a text format; without declarations text stays text. */
export interface TypedName {
  readonly name: string;
  readonly type: string;
}

/** How it is known that a partition has landed: a marker file in its folder, or nothing needed. */
export interface LandedRule {
  readonly marker: string | null;
}

/** One write of a partition that became readable, as far as it is known when somebody asks for it to be compared. */
export interface Landing {
  readonly side: Side;
  /** A file, a folder or a glob, as given. */
  readonly location: string;
  readonly system: System | null;
  readonly build: string | null;
  readonly landed: LandedRule;
  /** Null: told from the file names. */
  readonly format: FileFormat | null;
}
