import type { FileFormat, LandedWhen, System } from '../core/landing.ts';
import type { Trouble } from '../core/operating-error.ts';
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
  /** Tables below one pattern of a `discover` entry only, which nothing compares. */
  readonly uncovered: readonly UncoveredTable[];
  readonly schedules: { readonly analyze: Schedule; readonly compare: Schedule };
  readonly service: ServiceSettings;
  /** After how much silence somebody should look; milliseconds, null: never. */
  readonly alarms: Alarms;
  readonly catch_up: CatchUp;
  readonly known_issues: readonly KnownIssue[];
  /** Policy files by the gate's name. */
  readonly gates: Readonly<Record<string, string>>;
  readonly privacy: { readonly mode: PrivacyMode; readonly token_key_file: string | null };
  readonly limits: Limits;
  /** What is accepted and yet has no effect so far, or is worth a second look; `config check` prints it. */
  readonly notes: readonly string[];
  /** The same of what `discover` met: jobs without a key, names that no job can have. */
  readonly discovery_notes: readonly string[];
  /**
   * Folders of `discover` patterns that cannot be listed. No note, since what stands below them is not compared: whoever
   * compares or vouches for something tells them.
   */
  readonly discovery_troubles: readonly Trouble[];
  /** Every file that this was read from, and the folders that `include` patterns look into: where one of them changes, so may this. */
  readonly files: readonly string[];
}

export interface Source {
  readonly name: string;
  readonly kind: 'folder';
  readonly root: string;
  readonly landed: LandedWhen;
  readonly format: FileFormat | null;
}

/** How often a scheduled job is due; null: never. An hourly one is due when an hour of UTC begins. */
export interface Schedule {
  readonly every_ms: number | null;
}

export interface ServiceSettings {
  readonly host: string;
  readonly port: number;
  /** Names that a request may ask for beside localhost, without port. */
  readonly hosts: readonly string[];
}

export interface Alarms {
  readonly nothing_landed_ms: number | null;
  readonly nothing_compared_ms: number | null;
  readonly nothing_analysed_ms: number | null;
}

export interface Defaults {
  readonly checksum: Spec['checksum'];
  readonly examples: number;
  readonly sensitive: readonly string[];
  readonly due_ms: number;
  readonly grace_ms: number;
  readonly owner: string | null;
  /** Of landings that do not say theirs, where neither side nor job names one: by who writes the table. */
  readonly builds: Readonly<Record<System, string | null>>;
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
  /** `discover[0]`, and the file that it stands in where that is not the config itself. */
  readonly place: string;
  readonly source: string;
  /** Folders below the source's root, with `{job}` once in each. */
  readonly production: string;
  readonly shadow: string;
  readonly key_from: string | null;
  /** What `key_from` held when the config was loaded. */
  readonly keys: ReadonlyMap<string, readonly string[]>;
  readonly partition: readonly string[];
  /** The job that each table becomes, with `{job}` in its tables in place of the name. */
  readonly template: IngestionJob;
}

export interface UncoveredTable {
  /** The name that its job would have. */
  readonly job: string;
  readonly side: Side;
  readonly source: string;
  readonly table: string;
}

export interface IngestionJob {
  readonly name: string;
  /** Made by `discover`, not written in the file. */
  readonly discovered: boolean;
  /** False: `compare: off`, the mismatches of this job come from another detector's log. */
  readonly compared: boolean;
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
  /** The source's name, and the table's folder below its root, as written: what landings are known by. */
  readonly source: string;
  readonly table: string;
  /** Absolute folder of the table, above its partitions. */
  readonly root: string;
  readonly system: System;
  /** Of landings that do not say theirs. */
  readonly build: string | null;
  /** How this side names the partition columns, in the job's order; null: as the job does. */
  readonly levels: readonly SideLevel[] | null;
  readonly where: string | null;
  readonly format: FileFormat | null;
  readonly landed: LandedWhen;
  /** Absolute folders of a CDC job's other tables. */
  readonly delta: string | null;
  readonly full_dump: string | null;
}

/** One level of a side's folders: its column, and how it writes a time, such as `YYYYMMDD`; null: as the job does. */
export interface SideLevel {
  readonly column: string;
  readonly time_format: string | null;
}

/** Columns that tell the write path of a row. */
export interface Provenance {
  readonly updated_at: string | null;
  readonly op: string | null;
  readonly path: string | null;
}
