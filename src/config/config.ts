import type { FileFormat, LandedRule, System } from '../core/landing.ts';
import type { PrivacyMode } from '../core/privacy.ts';
import type { Side, Sided } from '../core/side.ts';
import type { Spec } from '../core/spec.ts';
import type { KnownIssue } from '../diagnose/known-issue.ts';

/** As `analyze/request.ts` has it; `config/` comes before `analyze/` and may not import it. */

export const STAGES = [
  'planned',
  'shadow',
  'shadow_in_production',
  'reverse_shadow',
  'cleanup',
  'done',
  'held',
  'rolled_back',
] as const;

/** A loaded `shadowcheck.yaml`: everything checked, every path absolute, every default filled in. */
export interface Config {
  /** The file, absolute, and the folder that its paths are relative to. */
  readonly path: string;
  readonly folder: string;
  readonly store: string;
  readonly report_url: string | null;
  readonly mismatch_logs: readonly string[];
  readonly landings: readonly string[];
  readonly sources: ReadonlyMap<string, Source>;
  readonly defaults: Defaults;
  readonly jobs: ReadonlyMap<string, IngestionJob>;
  readonly discover: readonly Discovery[];
  readonly schedules: { readonly analyze: string; readonly compare: string };
  readonly catch_up: CatchUp;
  readonly known_issues: readonly KnownIssue[];
  /** Policy files by the gate's name. */
  readonly gates: Readonly<Record<string, string>>;
  readonly privacy: { readonly mode: PrivacyMode; readonly token_key_file: string | null };
  readonly limits: Limits;
  /** What is accepted and yet has no effect so far; `config check` prints it. */
  readonly notes: readonly string[];
}

export interface Source {
  readonly name: string;
  readonly kind: 'folder';
  readonly root: string;
  readonly landed: LandedRule;
  readonly format: FileFormat | null;
}

export interface Defaults {
  readonly checksum: 'fast';
  readonly examples: number;
  readonly sensitive: readonly string[];
  readonly due_ms: number;
  readonly grace_ms: number;
  readonly owner: string | null;
}

export interface Limits {
  readonly workers: number;
  readonly item_timeout_ms: number;
  readonly item_memory_bytes: number;
  /** Most examples of one report. */
  readonly examples: number;
}

/** Which owed hours are worked off after a stop. */
export interface CatchUp {
  readonly mode: 'all' | 'latest' | 'window';
  /** For `window` only. */
  readonly window_ms: number | null;
}

/** Twin tables below two path patterns, each of which becomes a job. */
export interface Discovery {
  readonly source: string;
  readonly production: string;
  readonly shadow: string;
  readonly key_from: string | null;
  readonly partition: readonly string[];
}

export interface IngestionJob {
  readonly name: string;
  readonly owner: string | null;
  readonly tags: readonly string[];
  readonly category: string | null;
  readonly priority: number | null;
  readonly stage: (typeof STAGES)[number] | null;
  readonly sides: Sided<JobSide>;
  /** Partition columns in their order; empty for a table without partitions. */
  readonly partition: readonly string[];
  readonly spec: Spec;
  readonly sensitive: readonly string[];
  /** The side that the legacy system writes; production where both are the same system's. */
  readonly reference_side: Side;
  readonly examples: number;
  readonly due_ms: number;
  readonly grace_ms: number;
  readonly provenance: Provenance | null;
  readonly pairings: Readonly<Partial<Record<PairingName, Sided<JobSide>>>>;
}

export type PairingName = 'release' | 'noise' | 'backfill';

export interface JobSide {
  /** Absolute folder of the table, above its partitions. */
  readonly root: string;
  readonly system: System;
  readonly where: string | null;
  readonly format: FileFormat | null;
  readonly landed: LandedRule;
  /** Absolute folders of a CDC job's other tables. */
  readonly delta: string | null;
  readonly full_dump: string | null;
}

/** Columns that tell the write path of a row. */
export interface Provenance {
  readonly updated_at: string | null;
  readonly op: string | null;
  readonly path: string | null;
}
