/** A gate's policy: which jobs and partitions must be looked at, what must hold, what is waived, and how much is enough. */
import { z } from 'zod';
import { isoDate, name, text } from '../config/scalars.ts';
import { printPlace, validate } from '../config/schema-troubles.ts';
import { inOrder, readYamlFile } from '../config/yaml-file.ts';
import { OperatingError, type Trouble } from '../core/operating-error.ts';
import { EXIT_CODES } from '../core/outcome.ts';
import { parsePartitionKey, printPartitionKey, timeRangeOf } from '../core/partition-key.ts';

export const RULE_KINDS = ['no_unknown_mismatch', 'no_inconclusive'] as const;
export type RuleKind = (typeof RULE_KINDS)[number];

const texts = z.union([text.transform((one) => [one]), z.array(text).min(1, 'expected at least one')]);

/** A job is selected if it meets every condition that is named here. */
const selectorSchema = z
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
  .refine((given) => (given.issue === undefined) !== (given.cause === undefined), 'expected either issue or cause')
  .refine(
    (given) => given.cause !== 'unknown',
    'a waiver of the cause "unknown" would let anything pass: waive an issue by its id',
  );

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
  rules: z
    .array(ruleSchema)
    .min(1, 'expected at least one rule')
    .default(RULE_KINDS.map((kind) => ({ kind, level: 'fail' as const }))),
  waivers: z.array(waiverSchema).default([]),
  minima: minimaSchema.optional(),
});

type PolicyEntry = z.output<typeof policySchema>;

export interface JobSelector {
  readonly names: readonly string[] | null;
  readonly tags: readonly string[] | null;
  readonly category: readonly string[] | null;
  readonly priority: readonly number[] | null;
}

/** Which partitions of each job. `range` is half-open, in UTC. */
export type PartitionSelector =
  | { readonly kind: 'all' }
  | { readonly kind: 'list'; readonly keys: readonly string[] }
  | { readonly kind: 'range'; readonly start: Date | null; readonly end: Date | null }
  | { readonly kind: 'last'; readonly count: number };

export interface GateRule {
  readonly id: string;
  readonly kind: RuleKind;
  readonly level: 'fail' | 'warn';
}

export interface Waiver {
  readonly issue: string | null;
  readonly cause: string | null;
  readonly job: string | null;
  readonly owner: string;
  /** The last day on which it holds, in UTC. */
  readonly expires: string;
  readonly reason: string;
}

export interface GatePolicy {
  readonly version: 1;
  readonly name: string;
  readonly path: string;
  /** A job is looked at if any of these selects it; null: every job. */
  readonly jobs: readonly JobSelector[] | null;
  readonly partitions: PartitionSelector;
  readonly rules: readonly GateRule[];
  readonly waivers: readonly Waiver[];
  readonly minima: { readonly partition_count_min: number; readonly row_count_min: number };
}

/** Throws one `OperatingError` with exit code 2 that holds all problems, each with its line and column. */
export async function loadPolicy(path: string): Promise<GatePolicy> {
  const file = await readYamlFile(path, 'policy');
  const { value, troubles: found } = validate(file, policySchema);
  const troubles: Trouble[] = [...found];
  if (value !== null) {
    const tell = (place: (string | number)[], message: string, hint?: string) =>
      troubles.push(file.trouble(place, `${printPlace(place)}: ${message}`, hint));
    if (!value.rules.some((rule) => rule.level === 'fail')) {
      tell(['rules'], 'no rule can fail', 'a gate that cannot fail says nothing: give one rule the level fail');
    }
    const ids = value.rules.map((rule) => rule.id ?? rule.kind);
    for (const [i, id] of ids.entries()) {
      if (ids.indexOf(id) < i)
        tell(['rules', i], `${JSON.stringify(id)} is the id of an earlier rule`, 'give it an `id`');
    }
    const { from, to } = value.partitions ?? {};
    const [start, end] = [endOrStart(from, 'start'), endOrStart(to, 'end')];
    if (start !== null && end !== null && start >= end) tell(['partitions', 'to'], 'ends before it begins');
  }
  if (troubles.length > 0 || value === null) throw new OperatingError(EXIT_CODES.usage, inOrder(troubles));
  return readPolicy(value, path);
}

function readPolicy(entry: PolicyEntry, path: string): GatePolicy {
  return {
    version: entry.version,
    name: entry.name,
    path,
    jobs: readSelectors(entry.jobs),
    partitions: readPartitions(entry.partitions),
    rules: entry.rules.map((rule) => ({ id: rule.id ?? rule.kind, kind: rule.kind, level: rule.level })),
    waivers: entry.waivers.map((waiver) => ({
      issue: waiver.issue ?? null,
      cause: waiver.cause ?? null,
      job: waiver.job ?? null,
      owner: waiver.owner,
      expires: waiver.expires,
      reason: waiver.reason,
    })),
    minima: entry.minima ?? { partition_count_min: 1, row_count_min: 1 },
  };
}

function readSelectors(entry: PolicyEntry['jobs']): readonly JobSelector[] | null {
  if (entry === undefined) return null;
  const given = [entry].flat() as readonly (string | z.output<typeof selectorSchema>)[];
  const names = given.filter((one) => typeof one === 'string');
  const selectors = given.filter((one) => typeof one !== 'string');
  const none: JobSelector = { names: null, tags: null, category: null, priority: null };
  return [
    ...(names.length > 0 ? [{ ...none, names }] : []),
    ...selectors.map((one) => ({
      names: one.names ?? null,
      tags: one.tags ?? null,
      category: one.category ?? null,
      priority: one.priority ?? null,
    })),
  ];
}

function readPartitions(entry: PolicyEntry['partitions']): PartitionSelector {
  if (entry?.list !== undefined) return { kind: 'list', keys: entry.list.map(canonicalKey) };
  if (entry?.last !== undefined) return { kind: 'last', count: entry.last };
  if (entry === undefined) return { kind: 'all' };
  return { kind: 'range', start: endOrStart(entry.from, 'start'), end: endOrStart(entry.to, 'end') };
}

function canonicalKey(text: string): string {
  return printPartitionKey(parsePartitionKey(text) ?? { levels: [] });
}

/** `to: 2026-11-20` means that whole day, `to: 2026-11-20T05` that whole hour. */
function endOrStart(given: string | undefined, edge: 'start' | 'end'): Date | null {
  return given === undefined ? null : (timeOf(given)?.[edge] ?? null);
}

function timeOf(given: string): { readonly start: Date; readonly end: Date } | null {
  return timeRangeOf({ levels: [{ column: 'ds', value: given }] });
}
