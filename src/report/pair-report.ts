/**
 * The result of one comparison, as `diff --json` prints it and a report holds it. Grows by fields only. Counts are
 * numbers; cells are text or null, so that no 64-bit integer, decimal or time is rounded on the way; names are values,
 * never property names. Sensitive values stand here as tokens already.
 */
import { z } from 'zod';
import { PROOFS } from '../compare/certainty.ts';
import { KEYS_COUNTED_OVER } from '../core/difference.ts';
import { CERTAINTIES } from '../core/finding.ts';
import { INTEGRITIES, LANDED_AT_SOURCES, RUN_KINDS } from '../core/landing.ts';
import { INCONCLUSIVE_REASONS, MISMATCH_KINDS, OUTCOMES } from '../core/outcome.ts';
import { NORMALISATIONS } from '../core/spec.ts';

const count = z.int().nonnegative();
const cell = z.string().nullable();
const side = z.enum(['production', 'shadow']);
const keyCells = z.array(z.object({ column: z.string(), value: cell }));

const sideFacts = z.object({
  location: z.string(),
  system: z.enum(['legacy', 'next']).nullable(),
  build: z.string().nullable(),
  row_count: count.nullable(),
  checksum: z.string().nullable(),
  file_count: count,
  size_bytes: count,
  integrity: z.enum(INTEGRITIES),
  /** The landing that this is evidence about. Null where nothing is recorded of it, as all that follows. */
  landing_id: z.string().nullable().default(null),
  run_kind: z.enum(RUN_KINDS).nullable().default(null),
  /** ISO, UTC. */
  landed_at: z.string().nullable().default(null),
  landed_at_from: z.enum(LANDED_AT_SOURCES).nullable().default(null),
  due_at: z.string().nullable().default(null),
  /** From due to landed; below 0 where it landed before it was due. */
  latency_seconds: z.number().nullable().default(null),
});

const duplicateKeys = z.object({ groups: count, extra_rows: count });
const profile = z.object({ nulls: count, distinct: count, min: cell, max: cell });
const perSide = <T extends z.ZodType>(schema: T) => z.object({ production: schema, shadow: schema });

const exampleCell = z.object({
  column: z.string(),
  production: cell,
  shadow: cell,
  /** Inner values that differ: `items[2].price`. A side that lacks the value altogether has null, and `only_in` names the other. */
  paths: z
    .array(z.object({ path: z.string(), production: cell, shadow: cell, only_in: side.nullable().default(null) }))
    .default([]),
});
const place = z.object({ file: z.string(), row: count });

const findingExample = z.object({
  key: keyCells,
  column: z.string().nullable(),
  production: cell,
  shadow: cell,
  predicted: cell,
});

const finding = z.object({
  cause: z.string(),
  title: z.string(),
  params: z.record(z.string(), z.json()),
  certainty: z.enum(CERTAINTIES),
  columns: z.array(z.string()),
  row_kind: z.enum(['changed', 'only_in_production', 'only_in_shadow', 'schema']),
  unit: z.enum(['cells', 'rows', 'columns']),
  type_pair: z.string().nullable(),
  counts: z.object({
    differing: count,
    explained: count,
    at_risk: count,
    contradictions: count,
    inherited: count,
    residual: count,
  }),
  text: z.string(),
  slices: z.array(
    z.object({
      condition: z.string(),
      hit: count,
      at_risk: count,
      outside_hit: count,
      outside_at_risk: count,
      p: z.number(),
    }),
  ),
  examples: z.array(findingExample),
  counter_examples: z.array(findingExample),
  look_alikes: z.array(z.object({ cause: z.string(), why_not: z.string() })),
  advice: z.object({ likely_cause: z.string(), where: z.string(), check_sql: z.array(z.string()) }),
  signature: z.object({
    version: z.int(),
    shape: z.string(),
    site: z.string(),
    local: z.string().nullable(),
    alternatives: z.array(z.string()),
  }),
  issue: z.object({
    id: z.string(),
    state: z.enum(['new', 'known', 'resolved', 'regressed']),
    /** Of the known-issue entry that matched; null for a new one. */
    title: z.string().nullable(),
    owner: z.string().nullable(),
    link: z.string().nullable(),
    action: z.enum(['block', 'hold', 'accept', 'ignore']).nullable(),
    first_seen: z.string().nullable(),
  }),
});

export const pairReportSchema = z.object({
  version: z.literal('0.1'),
  comparison_id: z.string().nullable(),
  outcome: z.enum(OUTCOMES),
  inconclusive_reason: z.enum(INCONCLUSIVE_REASONS).nullable(),
  /** For people: what made it inconclusive, without values of the data. */
  detail: z.string().nullable(),
  kinds: z.array(z.enum(MISMATCH_KINDS)),
  job: z.string().nullable(),
  owner: z.string().nullable(),
  pairing: z.string().nullable(),
  partition_key: z.string().nullable(),
  /** When the entry of the mismatch log was written, ISO; null where none asked for this. Reports made before it was kept have none. */
  logged_at: z.string().nullable().default(null),
  /** By what the entry of the mismatch log was noticed; what the analysis found stands in `kinds`. */
  logged_kinds: z.array(z.enum(MISMATCH_KINDS)).default([]),
  spec: z.string(),
  reference_side: side,
  production: sideFacts,
  shadow: sideFacts,
  key: z.object({
    columns: z.array(z.string()),
    source: z.enum(['given', 'inferred', 'none']),
    /** How an inferred key was found and how sure it is; null for one that was given. */
    evidence: z.string().nullable().default(null),
  }),
  rules: z.object({
    /** Only these were compared, and the key; null for all. */
    columns: z.array(z.string()).nullable().default(null),
    ignore: z.array(z.string()),
    tolerance: z.array(
      z.object({
        column: z.string().nullable(),
        /** Of values: `float`, `decimal`, `timestamp`, …; null where the rule is for a column or for all. */
        type: z.string().nullable().default(null),
        abs: z.number(),
        rel: z.number(),
        time_us: z.number().default(0),
      }),
    ),
    normalise: z.array(
      z.object({
        column: z.string().nullable(),
        type: z.string().nullable().default(null),
        rule: z.enum(NORMALISATIONS),
      }),
    ),
    expressions: z
      .array(z.object({ column: z.string(), production: z.string().nullable(), shadow: z.string().nullable() }))
      .default([]),
    where: z.object({ production: z.string().nullable(), shadow: z.string().nullable() }),
    sample: z.number().nullable(),
  }),
  schema: z.object({
    only_in_production: z.array(z.string()),
    only_in_shadow: z.array(z.string()),
    retyped: z.array(
      z.object({ column: z.string(), production: z.string(), shadow: z.string(), compared_as: z.string() }),
    ),
    renamed: z.array(
      z.object({
        production: z.string(),
        shadow: z.string(),
        /** `config`: mapped by the rules; `content`: found by the values. */
        by: z.enum(['config', 'content']).default('config'),
        /** Rows that were looked at, and those in which both hold the same value; null where the config says so. */
        rows: count.nullable().default(null),
        agreeing: count.nullable().default(null),
      }),
    ),
    reordered: z.boolean(),
  }),
  /** Null where rows were not paired: the outcome says why. */
  rows: z
    .object({
      equal: count,
      agreed: count,
      changed: count,
      only_in_production: count,
      only_in_shadow: count,
      duplicate_keys: perSide(duplicateKeys).nullable(),
      null_keys: perSide(count).nullable(),
      /**
       * Over which rows duplicate and NULL keys were counted: of a large side, those that may differ. Null where they were
       * not counted, and in reports made before this was kept.
       */
      keys_counted_over: perSide(z.enum(KEYS_COUNTED_OVER)).nullable().default(null),
    })
    .nullable(),
  /** By per-column checksums: what the comparison alone can tell. */
  differing_columns: z.array(z.string()).nullable(),
  columns: z.array(
    z.object({
      column: z.string(),
      type: z.string(),
      differing_rows: count,
      differing_share: z.number(),
      agreed_rows: count,
      agreed_by: z.string().nullable(),
      profile: perSide(profile).nullable(),
      /** Where nested values differ, places in lists left open, and in how many of the examples. */
      paths: z.array(z.object({ path: z.string(), rows: count })).default([]),
    }),
  ),
  findings: z.array(finding),
  unexplained_rows: count.nullable(),
  examples: z.array(
    z.object({
      kind: z.enum(['changed', 'only_in_production', 'only_in_shadow']),
      key: keyCells,
      cells: z.array(exampleCell),
      cause: z.string().nullable(),
      production: place.nullable(),
      shadow: place.nullable(),
    }),
  ),
  accounting: z.object({
    /** Of the files. */
    rows_read: perSide(count.nullable()),
    /** Left out by the condition, and by the sample; reports made before these were kept have none. */
    rows_filtered: perSide(count.nullable()).default({ production: null, shadow: null }),
    rows_sampled_out: perSide(count.nullable()).default({ production: null, shadow: null }),
    rows_compared: perSide(count.nullable()),
    cut: z.string().nullable(),
  }),
  /** Null where nothing was decided, and in reports made before it was kept. */
  certainty: z
    .object({
      proof: z.enum(PROOFS),
      /** Sides that differ are called a match in at most one of 2 to this power cases; null: in none. */
      false_match_log2: z.number().nullable(),
      /** At most so likely is a count or an example of the differences wrong by chance; null where none were counted. */
      miscounted: z.number().nullable(),
    })
    .nullable()
    .default(null),
  /** What a careful reader should know: inferred keys, duplicate keys, a landing time taken from the file's own. */
  notes: z.array(z.object({ code: z.string(), text: z.string() })),
  /** Columns whose values stand as tokens. */
  masked_columns: z.array(z.string()),
  sql: z.record(z.string(), z.string()),
  /** The command that does this comparison again. */
  command: z.string().nullable(),
  seconds: z.number().nullable(),
  versions: z.object({ shadowcheck: z.string(), duckdb: z.string() }),
});

export type PairReport = z.infer<typeof pairReportSchema>;
export type ReportSide = PairReport['production'];
export type ReportFinding = PairReport['findings'][number];
export type ReportExample = PairReport['examples'][number];
