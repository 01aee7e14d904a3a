/**
 * One record of anybody's mismatch log to a `Mismatch`. Only job, partition key and time are asked for; everything else
 * may be missing. What is there must be right: an outcome or a kind that we do not know is no reason to guess.
 */
import { z } from 'zod';
import { canonicalJson, idOf, type Json } from '../core/identity.ts';
import { INTEGRITIES } from '../core/landing.ts';
import type { Mismatch } from '../core/mismatch.ts';
import { INCONCLUSIVE_REASONS, MISMATCH_KINDS } from '../core/outcome.ts';
import { SIDES } from '../core/side.ts';
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
import { SIDE_FIELD_NAMES } from './mismatch-columns.ts';

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
export function parseEntry(record: LoggedRecord): Parsed<Mismatch> {
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
