/**
 * One record of anybody's mismatch log to a `Mismatch`. Only job, partition key and time are asked for; everything else
 * may be missing. What is there must be right: an outcome or a kind that we do not know is no reason to guess.
 */
import { z } from 'zod';
import { canonicalJson, idOf, type Json } from '../core/identity.ts';
import { INTEGRITIES } from '../core/landing.ts';
import type { Mismatch } from '../core/mismatch.ts';
import { INCONCLUSIVE_REASONS, MISMATCH_KINDS } from '../core/outcome.ts';
import { parsePartitionKey, printPartitionKey } from '../core/partition-key.ts';
import { SIDES } from '../core/side.ts';
import { parseLoggedTime } from './logged-time.ts';
import { SIDE_FIELD_NAMES } from './mismatch-columns.ts';

/** A record as it was read: fields by name, values of JSON or of the engine. */
export type LoggedRecord = Readonly<Record<string, unknown>>;

export type ParsedEntry = { readonly entry: Mismatch } | { readonly reason: string };

/** Longest text that any field may hold; a mismatch log tells of rows, it does not carry them. */
const TEXT_LENGTH_MAX = 1_000_000;
/** Longest name: a job, an id, a build. */
const NAME_LENGTH_MAX = 1_000;

const name = z.string().min(1).max(NAME_LENGTH_MAX);
const text = z.string().max(TEXT_LENGTH_MAX);
const numberOrText = z.union([text, z.int().transform(String), z.bigint().transform(String)]);
const time = z
  .union([z.string(), z.number(), z.bigint()], { error: 'expected an ISO time or milliseconds since 1970' })
  .transform((raw, context): Date => {
    const parsed = parseLoggedTime(raw);
    if (typeof parsed !== 'string') return parsed;
    context.addIssue({ code: 'custom', message: parsed });
    return z.NEVER;
  });
const NOT_A_COUNT = 'expected a whole number from 0; beyond 2^53 as text';
const count = z.union(
  [
    z.int().nonnegative().transform(BigInt),
    z.bigint().nonnegative(),
    z
      .string()
      .regex(/^\d{1,30}(\.0{1,10})?$/)
      .transform((digits) => BigInt(digits.split('.')[0] ?? digits)),
  ],
  { error: NOT_A_COUNT },
);
const measure = z.union(
  [
    z.number(),
    z.bigint().transform(Number),
    z
      .string()
      .regex(/^\d{1,20}(\.\d{1,20})?(e[+-]?\d{1,2})?$/i)
      .transform(Number),
  ],
  { error: 'expected a number' },
);
/** A list, or its JSON text: not every writer has lists. */
const listed = <T extends z.ZodType>(element: T) =>
  z.preprocess((raw) => (typeof raw === 'string' ? parsedJson(raw) : raw), z.array(element).max(100_000));
const optional = <T extends z.ZodType>(field: T) => field.nullish().transform((given) => given ?? null);

const partitionKey = text.transform((raw, context): string => {
  const parsed = parsePartitionKey(raw);
  if (parsed !== null) return printPartitionKey(parsed);
  context.addIssue({ code: 'custom', message: 'expected column=value, with / between levels' });
  return z.NEVER;
});
const detail = optional(z.unknown()).transform((raw): string | null =>
  raw === null || typeof raw === 'string' ? raw : canonicalJson(raw as Json),
);

const side = z.object({
  landing_id: optional(name),
  system: optional(z.enum(['legacy', 'next'])),
  build: optional(name),
  run_kind: optional(name),
  location: optional(text),
  row_count: optional(count),
  checksum: optional(numberOrText),
  landed_at: optional(time),
  due_at: optional(time),
  size_bytes: optional(count),
  cpu_seconds: optional(measure),
  storage_bytes: optional(measure),
  integrity: optional(z.enum(INTEGRITIES)),
});

const logged = z.object({
  comparison_id: optional(name),
  content_id: optional(name),
  logged_at: time,
  job: name,
  pairing: optional(name),
  table_role: optional(name),
  partition_key: partitionKey,
  outcome: optional(z.enum(['mismatch', 'inconclusive'])),
  inconclusive_reason: optional(z.enum(INCONCLUSIVE_REASONS)),
  kinds: optional(listed(z.enum(MISMATCH_KINDS))),
  stage: optional(name),
  production: side,
  shadow: side,
  reference_side: optional(z.enum(SIDES)),
  spec: optional(name),
  differing_columns: optional(listed(text)),
  detail,
});

/** The entry, gaps filled in; or why it cannot be used, naming every field that is wrong. */
export function parseEntry(record: LoggedRecord): ParsedEntry {
  const nested = { ...record, production: sideOf(record, 'production'), shadow: sideOf(record, 'shadow') };
  const parsed = logged.safeParse(nested);
  if (!parsed.success) return { reason: reasonOf(parsed.error, nested) };
  const fields = parsed.data;
  const filled = {
    ...fields,
    pairing: fields.pairing ?? 'migration',
    table_role: fields.table_role ?? 'target',
    // A writer that gives a reason for being inconclusive has said what the outcome is.
    outcome: fields.outcome ?? (fields.inconclusive_reason === null ? 'mismatch' : 'inconclusive'),
    kinds: fields.kinds ?? [],
  };
  return { entry: { ...filled, comparison_id: safeId(fields.comparison_id) ?? eventIdOf(filled) } };
}

/** Ids name files and links, so one of another writer that holds more than letters, digits, `-` and `_` is hashed. */
function safeId(id: string | null): string | null {
  if (id === null || /^[\w-]{1,64}$/.test(id)) return id;
  return idOf('comparison_id', id);
}

/** The id of an event that its writer gave none: the same entry read twice is the same event. */
function eventIdOf(fields: Omit<Mismatch, 'comparison_id'>): string {
  return idOf(
    'event',
    fields.job,
    fields.pairing,
    fields.table_role,
    fields.partition_key,
    fields.production.landing_id,
    fields.shadow.landing_id,
    fields.logged_at.toISOString(),
    fields.spec,
  );
}

function sideOf(record: LoggedRecord, side: string): LoggedRecord {
  const fields = SIDE_FIELD_NAMES.map((field) => [field, record[`${side}_${field}`]] as const);
  return Object.fromEntries(fields);
}

function parsedJson(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return raw;
  }
}

const SHOWN_LENGTH_MAX = 60;

function reasonOf(error: z.ZodError, record: LoggedRecord): string {
  const reasons = error.issues.map((issue) => {
    const path = issue.path.filter((part) => typeof part === 'string');
    const given = path.reduce<unknown>((from, part) => (from as LoggedRecord | null | undefined)?.[part], record);
    const field = path.join('_');
    return given === undefined || given === null
      ? `${field}: missing`
      : `${field}: ${issue.message}, got ${shown(given)}`;
  });
  return [...new Set(reasons)].join('; ');
}

function shown(given: unknown): string {
  const printed = typeof given === 'bigint' ? String(given) : (JSON.stringify(given) ?? typeof given);
  return printed.length > SHOWN_LENGTH_MAX
    ? `${printed.slice(0, SHOWN_LENGTH_MAX)}… (${printed.length} characters)`
    : printed;
}
