/**
 * A landing as its writer tells it: a line of a landing log, a row of one in Parquet, or the body of a request. Fields that
 * are not known are ignored, because these logs are others'; what is known must be right.
 */
import { z } from 'zod';
import { canonicalJson, idOf, type Json } from '../core/identity.ts';
import { RUN_KINDS, TABLE_ROLES } from '../core/landing.ts';
import { SIDES } from '../core/side.ts';
import type { Telling } from './landing-record.ts';
import type { LogColumn, LogColumnType } from './log-column.ts';
import type { LoggedRecord, Parsed } from './log-form.ts';
import {
  count,
  listed,
  measure,
  name,
  numberOrText,
  optional,
  partitionKey,
  reasonOf,
  text,
  time,
} from './logged-fields.ts';

const tableRole = optional(z.enum(TABLE_ROLES)).transform((role) => role ?? 'target');
const ms = time.transform((at) => at.getTime());
const exactCount = count.transform((given, context): number => {
  if (given <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(given);
  context.addIssue({ code: 'custom', message: 'expected a count below 2^53' });
  return z.NEVER;
});
const positive = measure.refine((given) => given >= 0, { error: 'expected a number from 0' });

const input = z.object({
  table_role: tableRole,
  /** `<source>/<table>`, as the config names it; another name is kept as it is. */
  table: name,
  partition_key: partitionKey,
  landing_id: optional(name),
});

/** Input and output differ: times come as ISO text or milliseconds, and leave as milliseconds. */
export const toldLanding = z
  .object({
    job: name,
    /** Of the pairing; or the table itself. One of them must be told. */
    side: optional(z.enum(SIDES)),
    /** `<source>/<table>`, as the config names it. */
    table: optional(name),
    /** In which the side is meant; null: the migration. */
    pairing: optional(name),
    table_role: tableRole,
    partition_key: partitionKey,
    landed_at: ms,
    system: optional(z.enum(['legacy', 'next'])),
    build: optional(numberOrText.pipe(name)),
    run_kind: optional(z.enum(RUN_KINDS)),
    due_at: optional(ms),
    location: optional(text.min(1)),
    row_count: optional(exactCount),
    size_bytes: optional(exactCount),
    file_count: optional(exactCount),
    cpu_seconds: optional(positive),
    storage_bytes: optional(positive),
    inputs: optional(listed(input)).transform((inputs) => inputs ?? []),
  })
  .refine(({ side, table }) => side !== null || table !== null, {
    path: ['side or table'], // as the reason names it
    error: 'expected one of them',
  })
  .transform(({ landed_at, due_at, ...same }) => ({ ...same, landed_at_ms: landed_at, due_at_ms: due_at }));

/** What was told, its gaps null; times are milliseconds since 1970 in UTC, the partition key is canonical. */
export type ToldLanding = Readonly<z.output<typeof toldLanding>>;

/** The landing that a record tells; or why it cannot be used, naming every field that is wrong. */
export function parseToldLanding(record: LoggedRecord): Parsed<ToldLanding> {
  const parsed = toldLanding.safeParse(record);
  return parsed.success ? { entry: parsed.data } : { reason: reasonOf(parsed.error, record) };
}

/** The same landing told twice, anywhere, in any spelling, has one id. */
export function tellingOf(told: ToldLanding, origin: string, told_at_ms: number): Telling {
  const { job, partition_key, landed_at_ms, due_at_ms, ...same } = told;
  const due_at = due_at_ms === null ? null : new Date(due_at_ms).toISOString();
  const record = { job, partition_key, ...same, landed_at: new Date(landed_at_ms).toISOString(), due_at };
  const text = canonicalJson(record as unknown as Json);
  return { id: idOf('telling', text), job, partition_key, origin, told: text, told_at_ms };
}

/** What a kept telling told; null where no version has written it. */
export function toldBy({ told }: Pick<Telling, 'told'>): ToldLanding | null {
  try {
    return toldLanding.safeParse(JSON.parse(told)).data ?? null;
  } catch {
    return null;
  }
}

const TYPES = {
  job: 'text',
  side: 'text',
  table: 'text',
  pairing: 'text',
  table_role: 'text',
  partition_key: 'text',
  landed_at: 'timestamp',
  system: 'text',
  build: 'text',
  run_kind: 'text',
  due_at: 'timestamp',
  location: 'text',
  row_count: 'int64',
  size_bytes: 'int64',
  file_count: 'int64',
  cpu_seconds: 'double',
  storage_bytes: 'double',
  inputs: 'text',
} as const satisfies Record<keyof z.input<typeof toldLanding>, LogColumnType>;

/** Without these a landing says nothing; beside them `side` or `table` must be told. */
export const REQUIRED_OF_TELLINGS: readonly string[] = ['job', 'partition_key', 'landed_at'];

/** The columns of a landing log in Parquet, by the names of the fields. */
export const TOLD_COLUMNS: readonly LogColumn[] = Object.entries(TYPES).map(([field, type]) => ({
  name: field,
  type,
  required: REQUIRED_OF_TELLINGS.includes(field),
}));
