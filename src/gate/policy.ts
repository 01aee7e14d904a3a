/** A gate's policy: which jobs and partitions must be looked at, what must hold, what is waived, and how much is enough. */
import type { z } from 'zod';
import { causeTroubles, UNEXPLAINED } from '../config/known-issues.ts';
import { printPlace, validate } from '../config/schema-troubles.ts';
import { inOrder, type Place, readYamlFile, type YamlFile } from '../config/yaml-file.ts';
import { OperatingError, type Trouble } from '../core/operating-error.ts';
import { EXIT_CODES } from '../core/outcome.ts';
import { parsePartitionKey, printPartitionKey } from '../core/partition-key.ts';
import { type Mention, mentionsIn } from './policy-mentions.ts';
import {
  type PolicyEntry,
  policySchema,
  RULE_KINDS,
  type RuleKind,
  type selectorSchema,
  timeOf,
} from './policy-schema.ts';
import type { Waiver } from './verdict.ts';

export type { Waiver };

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

export interface GatePolicy {
  readonly version: 1;
  readonly name: string;
  readonly path: string;
  /** A job is looked at if any of these selects it; null: every job. */
  readonly jobs: readonly JobSelector[] | null;
  readonly partitions: PartitionSelector;
  /** Every kind of rule at least once. */
  readonly rules: readonly GateRule[];
  readonly waivers: readonly Waiver[];
  readonly minima: { readonly partition_count_min: number; readonly row_count_min: number };
  /** Every name, tag, category and priority that some job must have, and where it stands. */
  readonly mentions: readonly Mention[];
}

/** Throws one `OperatingError` with exit code 2 that holds all problems, each with its line and column. */
export async function loadPolicy(path: string): Promise<GatePolicy> {
  const file = await readYamlFile(path, 'policy');
  const { value, troubles: found } = validate(file, policySchema);
  const troubles: Trouble[] = [...found, ...(await waiverTroubles(file))];
  if (value !== null) {
    const tell = (place: Place, message: string, hint?: string) =>
      troubles.push(file.trouble(place, `${printPlace(place)}: ${message}`, hint));
    if (!everyKind(value.rules.map(readRule)).some((rule) => rule.level === 'fail')) {
      tell(['rules'], 'no rule can fail', 'a gate that cannot fail says nothing: give one rule the level fail');
    }
    const ids = value.rules.map((rule) => rule.id ?? rule.kind);
    for (const [i, id] of ids.entries()) {
      if (ids.indexOf(id) < i)
        tell(['rules', i], `${JSON.stringify(id)} is the id of an earlier rule`, 'give it an `id`');
      // The rule of that kind would have the same id if it is left out here.
      else if (RULE_KINDS.some((kind) => kind === id && kind !== value.rules[i]?.kind))
        tell(['rules', i, 'id'], `${JSON.stringify(id)} is the name of another kind of rule`);
    }
    const { from, to } = value.partitions ?? {};
    const [start, end] = [endOrStart(from, 'start'), endOrStart(to, 'end')];
    if (start !== null && end !== null && start >= end) tell(['partitions', 'to'], 'ends before it begins');
  }
  if (troubles.length > 0 || value === null) throw new OperatingError(EXIT_CODES.usage, inOrder(troubles));
  return readPolicy(value, file);
}

/**
 * The rules, and every kind that none of them is of, at level `fail`: leaving a rule out must not be a way to pass, only
 * writing `level: warn` is.
 */
export function everyKind(rules: readonly GateRule[]): readonly GateRule[] {
  const left = RULE_KINDS.filter((kind) => !rules.some((rule) => rule.kind === kind));
  return [...rules, ...left.map((kind) => ({ id: kind, kind, level: 'fail' as const }))];
}

/** Of the causes of all waivers, in whatever state the rest of the file is. */
async function waiverTroubles(file: YamlFile): Promise<Trouble[]> {
  const written = (file.content as { readonly waivers?: unknown } | null)?.waivers;
  const causes = (Array.isArray(written) ? written : []).map((waiver: { readonly cause?: unknown } | null, i) => ({
    place: ['waivers', i, 'cause'],
    given: waiver?.cause,
  }));
  const unexplained = causes
    .filter(({ given }) => given === UNEXPLAINED)
    .map(({ place }) =>
      file.trouble(
        place,
        `${printPlace(place)}: a waiver of the cause "unknown" would let anything pass`,
        'waive an issue by its id',
      ),
    );
  return [...unexplained, ...(await causeTroubles(file, causes))];
}

function readPolicy(entry: PolicyEntry, file: YamlFile): GatePolicy {
  return {
    version: entry.version,
    name: entry.name,
    path: file.path,
    jobs: readSelectors(entry.jobs),
    partitions: readPartitions(entry.partitions),
    rules: everyKind(entry.rules.map(readRule)),
    waivers: entry.waivers.map((waiver) => ({
      issue: waiver.issue ?? null,
      cause: waiver.cause ?? null,
      job: waiver.job ?? null,
      owner: waiver.owner,
      expires: waiver.expires,
      reason: waiver.reason,
    })),
    minima: entry.minima ?? { partition_count_min: 1, row_count_min: 1 },
    mentions: mentionsIn(file),
  };
}

function readRule({ id, kind, level }: PolicyEntry['rules'][number]): GateRule {
  return { id: id ?? kind, kind, level };
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
