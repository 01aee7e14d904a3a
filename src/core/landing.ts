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

/** The same, as a source is watched for landings: what beside the marker has to be so. */
export interface LandedWhen extends LandedRule {
  /** The marker is a producer's manifest: JSON that lists the files. */
  readonly is_manifest: boolean;
  /** Landed once no file changed for so long; null: not asked. */
  readonly quiet_ms: number | null;
  /** Only what a landing log or a request tells has landed. */
  readonly is_told: boolean;
}

export const RUN_KINDS = ['scheduled', 'backfill', 'full_dump', 'seeded'] as const;
/** Why a landing was written. A seeded one is a copy of the other system's, so that its agreement proves nothing. */
export type RunKind = (typeof RUN_KINDS)[number];

export const TABLE_ROLES = ['target', 'delta', 'full_dump'] as const;
export type TableRole = (typeof TABLE_ROLES)[number];

/** Where the time of a landing is from. `mtime`: from the files alone, which a copy may have changed. */
export const LANDED_AT_SOURCES = ['told', 'manifest', 'marker', 'mtime'] as const;
export type LandedAtSource = (typeof LANDED_AT_SOURCES)[number];

/** What is recorded of a landing, for a comparison that must be about this landing and no later one. */
export interface LandingFacts {
  readonly landing_id: string;
  readonly run_kind: RunKind | null;
  /** ISO, UTC. */
  readonly landed_at: string;
  readonly due_at: string | null;
  /** Of the files as they were then (`partition/files-hash.ts`): others mean that it was superseded. */
  readonly files_hash: string;
  /** Of its data files; absent where it is not recorded. */
  readonly size_bytes?: number;
  readonly cpu_seconds: number | null;
  readonly storage_bytes: number | null;
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
  /** Absent where nothing is recorded of it: two places given by hand. */
  readonly facts?: LandingFacts;
}
