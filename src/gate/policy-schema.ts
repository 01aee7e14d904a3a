/** What a policy looks like as YAML. */
import { z } from 'zod';
import { isoDate, name, text } from '../config/scalars.ts';
import { parsePartitionKey, timeRangeOf } from '../core/partition-key.ts';

export const RULE_KINDS = ['no_unknown_mismatch', 'no_inconclusive'] as const;
export type RuleKind = (typeof RULE_KINDS)[number];

const texts = z.union([text.transform((one) => [one]), z.array(text).min(1, 'expected at least one')]);

/** A job is selected if it meets every condition that is named here. */
export const selectorSchema = z
  .strictObject({
    names: texts.optional(),
    tags: texts.optional(),
    category: texts.optional(),
    priority: z.union([z.int().transform((one) => [one]), z.array(z.int()).min(1, 'expected at least one')]).optional(),
  })
  .refine((given) => Object.keys(given).length > 0, 'expected names, tags, category or priority');

const partitionKey = text.refine((given) => parsePartitionKey(given) !== null, 'expected a key such as ds=2026-11-20');
/** A day, or an instant in UTC. */
const instant = z
  .string('expected a date such as 2026-11-20')
  .regex(/^\d{4}-\d{2}-\d{2}(T\d{2})?$/, 'expected a date such as 2026-11-20 or 2026-11-20T05')
  .refine((given) => timeOf(given) !== null, 'expected a date such as 2026-11-20 or 2026-11-20T05');

const partitionsSchema = z
  .strictObject({
    list: z.array(partitionKey).min(1, 'expected at least one').optional(),
    from: instant.optional(),
    to: instant.optional(),
    last: z.int('expected a whole number').min(1, 'expected at least 1').optional(),
  })
  .refine((given) => {
    const ways = [given.list, given.last, given.from ?? given.to].filter((way) => way !== undefined);
    return ways.length === 1;
  }, 'expected one way to name them: list, last, or from and to');

const level = z.enum(['fail', 'warn']).default('fail');
const ruleSchema = z.strictObject({ id: name.optional(), kind: z.enum(RULE_KINDS), level });

/** Owner, end and reason are required: a waiver without them outlives everybody who knows why it is there. */
const waiverSchema = z
  .strictObject({
    issue: text.optional(),
    cause: text.optional(),
    job: text.optional(),
    owner: text,
    expires: isoDate,
    reason: text,
  })
  .refine((given) => (given.issue === undefined) !== (given.cause === undefined), 'expected either issue or cause');

const minimaSchema = z.strictObject({
  partition_count_min: z
    .int('expected a whole number')
    .min(1, 'expected at least 1: nothing looked at is no pass')
    .default(1),
  row_count_min: z.int('expected a whole number').min(0, 'expected 0 or more').default(1),
});

export const policySchema = z.strictObject({
  version: z.literal(1),
  name,
  jobs: z.union([texts, selectorSchema, z.array(selectorSchema).min(1, 'expected at least one')]).optional(),
  partitions: partitionsSchema.optional(),
  rules: z.array(ruleSchema).min(1, 'expected at least one rule').default([]),
  waivers: z.array(waiverSchema).default([]),
  minima: minimaSchema.optional(),
});

export type PolicyEntry = z.output<typeof policySchema>;

/** The time that such a day or hour covers, half-open, in UTC; null where the calendar has none. */
export function timeOf(given: string): { readonly start: Date; readonly end: Date } | null {
  return timeRangeOf({ levels: [{ column: 'ds', value: given }] });
}
