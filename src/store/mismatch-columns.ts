/** The columns of a mismatch log, once: what we write, and what we look for in anybody's. */
import type { LoggedSide, Mismatch } from '../core/mismatch.ts';
import type { LogColumn, LogColumnType } from './parquet.ts';

type OwnField = Exclude<keyof Mismatch, 'production' | 'shadow'>;

const BEFORE_SIDES = {
  comparison_id: 'text',
  content_id: 'text',
  logged_at: 'timestamp',
  job: 'text',
  pairing: 'text',
  table_role: 'text',
  partition_key: 'text',
  outcome: 'text',
  inconclusive_reason: 'text',
  kinds: 'text_list',
  stage: 'text',
} as const satisfies Partial<Record<OwnField, LogColumnType>>;

const AFTER_SIDES = {
  reference_side: 'text',
  spec: 'text',
  differing_columns: 'text_list',
  detail: 'text',
} as const satisfies Partial<Record<OwnField, LogColumnType>>;

/** Per side, with `production_` or `shadow_` before the name. */
export const SIDE_FIELDS = {
  landing_id: 'text',
  system: 'text',
  build: 'text',
  run_kind: 'text',
  location: 'text',
  row_count: 'int64',
  checksum: 'text',
  landed_at: 'timestamp',
  due_at: 'timestamp',
  size_bytes: 'int64',
  cpu_seconds: 'double',
  storage_bytes: 'double',
  integrity: 'text',
} as const satisfies Record<keyof LoggedSide, LogColumnType>;

export const SIDE_FIELD_NAMES = Object.keys(SIDE_FIELDS) as readonly (keyof LoggedSide)[];

const ALWAYS_WRITTEN: ReadonlySet<string> = new Set([
  'comparison_id',
  'logged_at',
  'job',
  'pairing',
  'table_role',
  'partition_key',
  'outcome',
]);

/** In the order in which they are written, `record_version` first. */
export const MISMATCH_COLUMNS: readonly LogColumn[] = [
  { name: 'record_version', type: 'int32', required: true },
  ...columnsOf(BEFORE_SIDES, ''),
  ...columnsOf(SIDE_FIELDS, 'production_'),
  ...columnsOf(SIDE_FIELDS, 'shadow_'),
  ...columnsOf(AFTER_SIDES, ''),
];

/** Without these an entry says nothing; everything else is filled in or null. */
export const REQUIRED_OF_OTHERS = ['job', 'partition_key', 'logged_at'] as const;

function columnsOf(fields: Readonly<Record<string, LogColumnType>>, prefix: string): LogColumn[] {
  return Object.entries(fields).map(([name, type]) => ({
    name: `${prefix}${name}`,
    type,
    required: prefix === '' && ALWAYS_WRITTEN.has(name),
  }));
}
