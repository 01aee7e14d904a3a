/**
 * `shadowcheck.yaml` as it is written: what may stand where, and the form each value takes. Objects are strict, so that a
 * misspelt rule is an error and never a rule that silently does not hold. What one part says about another (a source that
 * must exist, a tolerance that needs a key) is judged by `jobs.ts` and `load.ts`.
 */
import { z } from 'zod';
import { PRIVACY_MODES } from '../core/privacy.ts';
import { defaultsSchema, discoverSchema, jobSchema } from './job-schema.ts';
import { byteSize, duration, name, path, webLink } from './scalars.ts';
import { alarmsSchema, schedulesSchema, serviceSchema } from './service-schema.ts';
import { sourceName, sourceSchema } from './table-schema.ts';

/** What may also stand in files that `include` names. */
const shareable = {
  include: z.array(path).default([]),
  sources: z.record(sourceName, sourceSchema).default({}),
  discover: z.array(discoverSchema).default([]),
  ingestion_jobs: z.record(name, jobSchema).default({}),
};

export const includedFileSchema = z.strictObject({ version: z.literal(1).optional(), ...shareable });

export const configFileSchema = z.strictObject({
  version: z.literal(1),
  store: path.default('./shadowcheck'),
  report_url: webLink.optional(),
  privacy: z
    .strictObject({ examples: z.enum(PRIVACY_MODES).default('mask_sensitive'), token_key_file: path.optional() })
    .optional(),
  ...shareable,
  mismatch_logs: z.array(path).min(1, 'expected at least one log').optional(),
  landings: z.array(path).default([]),
  defaults: defaultsSchema.optional(),
  schedules: schedulesSchema.optional(),
  service: serviceSchema.optional(),
  alarms: alarmsSchema.optional(),
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
export type IncludedFile = z.output<typeof includedFileSchema>;

export type { Config, IngestionJob, JobSide } from './config.ts';
