/** One row of the signal log to the landing or the comparison that it tells. */
import { z } from 'zod';
import { INTEGRITIES, LANDED_AT_SOURCES, RUN_KINDS, TABLE_ROLES } from '../core/landing.ts';
import { INCONCLUSIVE_REASONS, MISMATCH_KINDS, OUTCOMES } from '../core/outcome.ts';
import { SIDES } from '../core/side.ts';
import { type ComparisonRecord, FINGERPRINT_SOURCES, TRIGGERS } from './comparison-record.ts';
import type { LoggedRecord, Parsed } from './log-form.ts';
import { optional, reasonOf } from './logged-fields.ts';
import type { SignalLanding } from './signal-log.ts';

export type Signal = { readonly landing: SignalLanding } | { readonly comparison: ComparisonRecord };

const whole = z.union([z.bigint().transform(Number), z.int()]);
const number = optional(z.number());
const text = optional(z.string());
const system = optional(z.enum(['legacy', 'next']));

const input = z.object({
  table_role: z.enum(TABLE_ROLES),
  table: z.string(),
  partition_key: z.string(),
  landing_id: z.string().nullable(),
});
const inputs = optional(z.string()).transform((given, context): z.infer<typeof input>[] => {
  const parsed = z.array(input).safeParse(given === null ? [] : jsonOf(given));
  if (parsed.success) return parsed.data;
  context.addIssue({ code: 'custom', message: 'no list of inputs' });
  return z.NEVER;
});

const landing = z
  .object({
    landing_id: z.string(),
    job: z.string(),
    table: z.string(),
    table_role: z.enum(TABLE_ROLES),
    partition_key: z.string(),
    sequence: whole,
    location: z.string(),
    system,
    build: text,
    run_kind: optional(z.enum(RUN_KINDS)),
    partition_start_at: optional(whole),
    partition_end_at: optional(whole),
    due_at: optional(whole),
    landed_at: whole,
    landed_at_from: z.enum(LANDED_AT_SOURCES),
    discovered_at: whole,
    files_hash: z.string(),
    file_count: whole,
    size_bytes: whole,
    row_count: optional(whole),
    cpu_seconds: number,
    storage_bytes: number,
    integrity: z.enum(INTEGRITIES),
    inputs,
  })
  .transform((row): SignalLanding => {
    const { landing_id, partition_start_at, partition_end_at, due_at, landed_at, discovered_at, ...same } = row;
    return {
      id: landing_id,
      ...same,
      partition_start_ms: partition_start_at,
      partition_end_ms: partition_end_at,
      due_at_ms: due_at,
      landed_at_ms: landed_at,
      discovered_at_ms: discovered_at,
      superseded_by: null,
      gone_at_ms: null,
    };
  });

const comparison = z
  .object({
    comparison_id: z.string(),
    content_id: text,
    job: z.string(),
    pairing: z.string(),
    table_role: z.string(),
    partition_key: z.string(),
    production_landing_id: text,
    shadow_landing_id: text,
    spec: z.string(),
    trigger: z.enum(TRIGGERS),
    rechecks: text,
    outcome: z.enum(OUTCOMES),
    inconclusive_reason: optional(z.enum(INCONCLUSIVE_REASONS)),
    kinds: z.array(z.enum(MISMATCH_KINDS)),
    production_row_count: optional(whole),
    shadow_row_count: optional(whole),
    production_checksum: text,
    shadow_checksum: text,
    production_integrity: optional(z.enum(INTEGRITIES)),
    shadow_integrity: optional(z.enum(INTEGRITIES)),
    differing_columns: optional(z.array(z.string())),
    agreed_rows: optional(whole),
    fingerprint_source: optional(z.enum(FINGERPRINT_SOURCES)),
    reference_side: z.enum(SIDES),
    stage: text,
    detail: text,
    logged_at: whole,
    seconds: z.number(),
  })
  .transform(
    (row): ComparisonRecord => ({
      comparison_id: row.comparison_id,
      content_id: row.content_id,
      job: row.job,
      pairing: row.pairing,
      table_role: row.table_role,
      partition_key: row.partition_key,
      landing_ids: { production: row.production_landing_id, shadow: row.shadow_landing_id },
      spec: row.spec,
      trigger: row.trigger,
      rechecks: row.rechecks,
      outcome: row.outcome,
      inconclusive_reason: row.inconclusive_reason,
      kinds: row.kinds,
      row_counts: { production: row.production_row_count, shadow: row.shadow_row_count },
      checksums: { production: row.production_checksum, shadow: row.shadow_checksum },
      integrity: { production: row.production_integrity, shadow: row.shadow_integrity },
      differing_columns: row.differing_columns,
      agreed_rows: row.agreed_rows,
      fingerprint_source: row.fingerprint_source,
      reference_side: row.reference_side,
      stage: row.stage,
      detail: row.detail,
      compared_at_ms: row.logged_at,
      seconds: row.seconds,
    }),
  );

/** The landing or comparison of a row; or why it is neither. */
export function parseSignal(record: LoggedRecord): Parsed<Signal> {
  if (record.signal_type === 'landing') {
    const parsed = landing.safeParse(record);
    return parsed.success ? { entry: { landing: parsed.data } } : { reason: reasonOf(parsed.error, record) };
  }
  if (record.signal_type === 'comparison') {
    const parsed = comparison.safeParse(record);
    return parsed.success ? { entry: { comparison: parsed.data } } : { reason: reasonOf(parsed.error, record) };
  }
  return { reason: 'signal_type: a kind of signal that this version does not know' };
}

function jsonOf(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return null;
  }
}
