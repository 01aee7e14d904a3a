/** The columns of the signal log, once: rows of two kinds, a landing each and a comparison each. */
import type { LogColumn, LogColumnType } from './log-column.ts';

export const SIGNAL_TYPES = ['landing', 'comparison'] as const;
export type SignalType = (typeof SIGNAL_TYPES)[number];

/** `of`: the kind of row that has a value there; null: both. */
export interface SignalColumn extends LogColumn {
  readonly of: SignalType | null;
}

/** Never null. What only one kind of row has must be null in the other. */
const ALWAYS_THERE = ['record_version', 'signal_id', 'signal_type', 'logged_at', 'job', 'table_role', 'partition_key'];

const OF_BOTH = {
  record_version: 'int32',
  signal_id: 'text',
  signal_type: 'text',
  logged_at: 'timestamp',
  job: 'text',
  pairing: 'text',
  table_role: 'text',
  partition_key: 'text',
  partition_start_at: 'timestamp',
  stage: 'text',
} as const;

const OF_COMPARISONS = {
  comparison_id: 'text',
  content_id: 'text',
  outcome: 'text',
  inconclusive_reason: 'text',
  kinds: 'text_list',
  trigger: 'text',
  rechecks: 'text',
  spec: 'text',
  reference_side: 'text',
  fingerprint_source: 'text',
  differing_columns: 'text_list',
  agreed_rows: 'int64',
  seconds: 'double',
  evidence: 'text',
  detail: 'text',
} as const;

/** Per side, with `production_` or `shadow_` before the name. */
const OF_SIDES = {
  landing_id: 'text',
  sequence: 'int64',
  system: 'text',
  build: 'text',
  run_kind: 'text',
  row_count: 'int64',
  checksum: 'text',
  landed_at: 'timestamp',
  due_at: 'timestamp',
  latency_seconds: 'double',
  size_bytes: 'int64',
  cpu_seconds: 'double',
  storage_bytes: 'double',
  integrity: 'text',
} as const;

const OF_LANDINGS = {
  landing_id: 'text',
  table: 'text',
  location: 'text',
  sequence: 'int64',
  system: 'text',
  build: 'text',
  run_kind: 'text',
  landed_at: 'timestamp',
  landed_at_from: 'text',
  due_at: 'timestamp',
  latency_seconds: 'double',
  discovered_at: 'timestamp',
  row_count: 'int64',
  file_count: 'int64',
  size_bytes: 'int64',
  cpu_seconds: 'double',
  storage_bytes: 'double',
  integrity: 'text',
  files_hash: 'text',
  partition_end_at: 'timestamp',
  inputs: 'text',
} as const;

export type SignalSideField = keyof typeof OF_SIDES;
export type SignalField =
  | keyof typeof OF_BOTH
  | keyof typeof OF_COMPARISONS
  | keyof typeof OF_LANDINGS
  | `${'production' | 'shadow'}_${SignalSideField}`;

/** In the order in which they are written. */
export const SIGNAL_COLUMNS: readonly (SignalColumn & { readonly name: SignalField })[] = [
  ...columnsOf(OF_BOTH, null, ''),
  ...columnsOf(OF_COMPARISONS, 'comparison', ''),
  ...columnsOf(OF_SIDES, 'comparison', 'production_'),
  ...columnsOf(OF_SIDES, 'comparison', 'shadow_'),
  ...columnsOf(OF_LANDINGS, 'landing', ''),
];

function columnsOf(
  fields: Readonly<Record<string, LogColumnType>>,
  of: SignalType | null,
  prefix: string,
): (SignalColumn & { readonly name: SignalField })[] {
  return Object.entries(fields).map(([name, type]) => ({
    name: `${prefix}${name}` as SignalField,
    type,
    of,
    required: of === null && ALWAYS_THERE.includes(name),
  }));
}
