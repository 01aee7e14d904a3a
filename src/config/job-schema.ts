/** Ingestion jobs as they are written, one by one or by pattern. */
import { z } from 'zod';
import { NORMALISATIONS } from '../core/spec.ts';
import { STAGES } from './config.ts';
import { duration, path, share, sqlText, text, timeSpan } from './scalars.ts';
import { buildName, landedSchema, sideSchema, table } from './table-schema.ts';

const pairingSchema = z
  .strictObject({ production: sideSchema.optional(), shadow: sideSchema.optional() })
  .refine((given) => Object.keys(given).length > 0, 'expected production, shadow or both');

const distance = z.number('expected a number, 0 or more').min(0, 'expected a number, 0 or more');
const amounts = z
  .strictObject({ abs: distance.optional(), rel: distance.optional(), time: timeSpan.optional() })
  .refine((given) => Object.keys(given).length > 0, 'expected abs, rel or time, one or several');
/** `is_bare`: a number alone. */
const toTolerance = (given: number | z.output<typeof amounts>) => {
  const is_bare = typeof given === 'number';
  const { abs = 0, rel = 0, time = 0 } = is_bare ? { abs: given } : given;
  return { is_bare, abs, rel, time_us: time };
};
/** For every column that it fits. */
const toleranceOfAll = z
  .union([
    distance.refine((given) => given > 0, 'a tolerance of 0 is none'),
    amounts.refine(
      ({ abs = 0, rel = 0, time = 0 }) => abs + rel + time > 0,
      'expected abs, rel or time, one or several, above 0',
    ),
  ])
  .transform(toTolerance);
/** For a column or a type. One of 0 takes it out of a wider one. */
const toleranceOfOne = z.union([distance, amounts]).transform(toTolerance);
const normalisation = z.enum(NORMALISATIONS);
const normalisations = z.union([normalisation, z.array(normalisation).min(1, 'expected at least one rule')]);
/** One text is for both sides. */
const expression = z.union([
  sqlText,
  z
    .strictObject({ production: sqlText.optional(), shadow: sqlText.optional() })
    .refine((given) => Object.keys(given).length > 0, 'expected production, shadow or both'),
]);
const checksum = z.enum(['fast', 'strong']);
const columnNames = z.array(text);
/** Left out: the key is inferred. */
const key = z.union([columnNames, z.literal('none', 'expected a list such as [order_id], or none')]);
const system = z.enum(['legacy', 'next']);

/** What the defaults may say for every job. */
const compared = {
  checksum: checksum.optional(),
  examples: z.int('expected a whole number').min(0, 'expected 0 or more').max(1000, 'expected at most 1000').optional(),
  sensitive: columnNames.optional(),
  due: duration.optional(),
  grace: duration.optional(),
  owner: text.optional(),
};

export const defaultsSchema = z.strictObject({
  ...compared,
  // By system, not by side: a default holds for jobs of which either system may write production.
  builds: z.strictObject({ legacy: buildName.optional(), next: buildName.optional() }).optional(),
});

/** What jobs that are found by a pattern can share: nothing that needs a look at one job's columns. */
const shared = {
  ...compared,
  tags: z.array(text).default([]),
  category: text.optional(),
  priority: z.int('expected a whole number').optional(),
  stage: z.enum(STAGES).optional(),
  systems: z.strictObject({ production: system, shadow: system }).optional(),
  builds: z.strictObject({ production: buildName.optional(), shadow: buildName.optional() }).optional(),
  partition: columnNames.default([]),
  key: key.optional(),
  ignore: columnNames.default([]),
  normalise: z.union([normalisations, z.record(text, normalisations)]).optional(),
  landed: landedSchema.optional(),
};

export const jobSchema = z.strictObject({
  ...shared,
  compare: z.enum(['on', 'off'], 'expected on or off').default('on'),
  production: sideSchema,
  shadow: sideSchema,
  tolerance: z.union([toleranceOfAll, z.record(text, toleranceOfOne)]).optional(),
  expressions: z.record(text, expression).default({}),
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
});

const withJob = table.refine((given) => given.split('{job}').length === 2, 'expected a folder with {job} in it, once');

export const discoverSchema = z.strictObject({
  ...shared,
  source: text,
  production: withJob,
  shadow: withJob,
  key_from: path.optional(),
});

export type JobEntry = z.output<typeof jobSchema>;
export type DiscoverEntry = z.output<typeof discoverSchema>;
export type DefaultsEntry = z.output<typeof defaultsSchema>;
