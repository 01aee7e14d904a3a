/**
 * `shadowcheck.yaml` as it is written: what may stand where, and the form each value takes. Objects are strict, so that a
 * misspelt rule is an error and never a rule that silently does not hold. What one part says about another (a source that
 * must exist, a tolerance that needs a key) is judged by `jobs.ts` and `load.ts`.
 */
import { z } from 'zod';
import { PRIVACY_MODES } from '../core/privacy.ts';
import { NORMALISATIONS } from '../core/spec.ts';
import { STAGES } from './config.ts';
import { byteSize, columnType, duration, name, path, share, sqlText, text, webLink } from './scalars.ts';

const exactlyOneOf = (...keys: readonly string[]) => ({
  check: (given: object) => Object.keys(given).length === 1,
  message: `expected exactly one of ${keys.join(', ')}`,
});

const oneLanded = exactlyOneOf('marker', 'manifest', 'quiet_time');
const fileName = text.refine((given) => !/[/\0]/.test(given), 'expected a file name, without folders');
export const landedSchema = z
  .strictObject({ marker: fileName.optional(), manifest: fileName.optional(), quiet_time: duration.optional() })
  .refine(oneLanded.check, oneLanded.message);

/** `{ id: BIGINT }`, or a list where the order matters and names are numbers, which YAML maps do not keep in order. */
const typedColumns = z.union([
  z
    .record(text, columnType)
    .refine(
      (given) => !Object.keys(given).some((column) => /^\d+$/.test(column)),
      'columns named by numbers lose their order here: write a list of { name, type }',
    ),
  z.array(z.strictObject({ name: text, type: columnType })),
]);

export const formatSchema = z.union(
  [
    z.enum(['parquet', 'csv', 'jsonl'], 'expected parquet, csv, jsonl, or a mapping with kind'),
    z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('parquet') }),
      z.strictObject({
        kind: z.literal('csv'),
        delimiter: text.optional(),
        header: z.boolean().default(true),
        null_text: z.string().optional(),
        columns: typedColumns.optional(),
      }),
      z.strictObject({ kind: z.literal('jsonl'), columns: typedColumns.optional() }),
      z.strictObject({ kind: z.literal('hive_text'), columns: typedColumns }),
    ]),
  ],
  'expected parquet, csv, jsonl, or a mapping with kind: parquet, csv, jsonl or hive_text',
);

export const sourceSchema = z.strictObject({
  kind: z.literal('folder'),
  root: path,
  landed: landedSchema.optional(),
  format: formatSchema.optional(),
});

/** Tables stay below the root of their source: what a job names is what may be read. */
const table = path.refine(
  (given) => !given.startsWith('/') && !given.split('/').includes('..'),
  'expected a folder below the root of the source, without ..',
);

export const sideSchema = z.strictObject({
  source: text,
  table,
  where: sqlText.optional(),
  delta: table.optional(),
  full_dump: table.optional(),
  format: formatSchema.optional(),
  landed: landedSchema.optional(),
});

const pairingSchema = z
  .strictObject({ production: sideSchema.optional(), shadow: sideSchema.optional() })
  .refine((given) => Object.keys(given).length > 0, 'expected production, shadow or both');

const distance = z.number('expected a number, 0 or more').min(0, 'expected a number, 0 or more');
const toleranceRule = z.union([
  distance.refine((given) => given > 0, 'a tolerance of 0 is none'),
  z
    .strictObject({ abs: distance.optional(), rel: distance.optional() })
    .refine((given) => (given.abs ?? 0) + (given.rel ?? 0) > 0, 'expected abs, rel or both, above 0'),
]);
const normalisation = z.enum(NORMALISATIONS);
const normalisations = z.union([normalisation, z.array(normalisation).min(1, 'expected at least one rule')]);
const columnNames = z.array(text);
const system = z.enum(['legacy', 'next']);

const compared = {
  checksum: z.literal('fast').optional(),
  examples: z.int('expected a whole number').min(0, 'expected 0 or more').max(1000, 'expected at most 1000').optional(),
  sensitive: columnNames.optional(),
  due: duration.optional(),
  grace: duration.optional(),
  owner: text.optional(),
};

export const jobSchema = z.strictObject({
  ...compared,
  tags: z.array(text).default([]),
  category: text.optional(),
  priority: z.int('expected a whole number').optional(),
  stage: z.enum(STAGES).optional(),
  production: sideSchema,
  shadow: sideSchema,
  systems: z.strictObject({ production: system, shadow: system }).optional(),
  partition: columnNames.default([]),
  key: columnNames.default([]),
  ignore: columnNames.default([]),
  tolerance: z.union([toleranceRule, z.record(text, toleranceRule)]).optional(),
  normalise: z.union([normalisations, z.record(text, normalisations)]).optional(),
  columns: z.record(text, text).default({}),
  provenance: z.strictObject({ updated_at: text.optional(), op: text.optional(), path: text.optional() }).optional(),
  pairings: z
    .strictObject({
      release: pairingSchema.optional(),
      noise: pairingSchema.optional(),
      backfill: pairingSchema.optional(),
    })
    .optional(),
  sample: share.optional(),
  landed: landedSchema.optional(),
});

const withJob = path.refine((given) => given.includes('{job}'), 'expected a path with {job} in it');
const discoverSchema = z.strictObject({
  source: text,
  production: withJob,
  shadow: withJob,
  key_from: path.optional(),
  partition: columnNames.optional(),
});

const SCHEDULE = /^(hourly|daily|off|every \d+(m|h|d))$/;
const schedule = z.string().regex(SCHEDULE, 'expected hourly, daily, off, or every 5m');
const catchUp = z.union(
  [z.enum(['all', 'latest']), z.strictObject({ window: duration })],
  'expected all, latest, or { window: 7d }',
);

export const configFileSchema = z.strictObject({
  version: z.literal(1),
  store: path.default('./shadowcheck'),
  report_url: webLink.optional(),
  privacy: z
    .strictObject({ examples: z.enum(PRIVACY_MODES).default('mask_sensitive'), token_key_file: path.optional() })
    .optional(),
  sources: z.record(name, sourceSchema).default({}),
  mismatch_logs: z.array(path).min(1, 'expected at least one log').optional(),
  landings: z.array(path).default([]),
  defaults: z.strictObject(compared).optional(),
  discover: z.array(discoverSchema).default([]),
  ingestion_jobs: z.record(name, jobSchema).default({}),
  schedules: z
    .strictObject({ analyze: schedule.optional(), compare: schedule.optional(), catch_up: catchUp.optional() })
    .optional(),
  known_issues: z.array(path).default([]),
  gates: z.record(name, path).default({}),
  limits: z
    .strictObject({
      workers: z
        .int('expected a whole number')
        .min(1, 'expected at least 1')
        .max(1024, 'expected at most 1024')
        .optional(),
      item_timeout: duration.optional(),
      item_memory: byteSize.optional(),
    })
    .optional(),
});

export type ConfigFile = z.output<typeof configFileSchema>;
export type JobEntry = z.output<typeof jobSchema>;
export type SideEntry = z.output<typeof sideSchema>;
export type SourceEntry = z.output<typeof sourceSchema>;
export type FormatEntry = z.output<typeof formatSchema>;
export type LandedEntry = z.output<typeof landedSchema>;

export type { Config, IngestionJob, JobSide } from './config.ts';
