/** An ingestion job: from its entry in the file to what a comparison needs, with all that does not fit together. */
import type { Trouble } from '../core/operating-error.ts';
import type { Side } from '../core/side.ts';
import type { NormaliseRule, Spec, Tolerance } from '../core/spec.ts';
import type { Defaults, IngestionJob } from './config.ts';
import type { JobEntry } from './job-schema.ts';
import { checkTables, readPairings } from './read-pairings.ts';
import { printPlace } from './schema-troubles.ts';
import { readLanded, readSide, type SideBase, type Sources } from './sides.ts';
import type { Place, YamlFile } from './yaml-file.ts';

/** What every job is read with. */
export interface Reading {
  readonly sources: Sources;
  readonly defaults: Defaults;
  readonly troubles: Trouble[];
}

interface Context extends Reading {
  readonly file: YamlFile;
  /** Of the entry: what is wrong is told there. */
  readonly place: Place;
  /** Keys of the entry that were left out because they are written wrongly. */
  readonly without: ReadonlySet<string>;
}

/** What the rules of a job are judged by together: with one of them unread, nothing can be said of the others. */
const RULES = ['key', 'partition', 'ignore', 'tolerance', 'columns', 'sample'] as const;

/** Null where a source is missing or broken. What is wrong is added to `troubles`, all of it. */
export function readJob(name: string, entry: JobEntry, context: Context): IngestionJob | null {
  const { place, defaults } = context;
  const systems = entry.systems ?? { production: 'legacy', shadow: 'next' };
  const base = (side: Side): SideBase => ({
    system: systems[side],
    build: entry.builds?.[side] ?? defaults.builds[systems[side]],
    landed: readLanded(entry.landed),
    format: null,
    levels: null,
    partition: context.without.has('partition') ? null : entry.partition,
  });
  const bases = { production: base('production'), shadow: base('shadow') };
  const production = readSide(entry.production, bases.production, { ...context, place: [...place, 'production'] });
  const shadow = readSide(entry.shadow, bases.shadow, { ...context, place: [...place, 'shadow'] });
  const spec = readSpec(entry);
  if (!RULES.some((rule) => context.without.has(rule))) checkSpec(entry, spec, place, context);
  const sensitive =
    entry.sensitive === undefined ? defaults.sensitive : [...new Set([...defaults.sensitive, ...entry.sensitive])];
  if (!context.without.has('partition')) checkSensitive(entry, sensitive, place, context);
  const pairings = readPairings(entry, { production, shadow }, bases, context);
  if (production === null || shadow === null) return null;
  const sides = { production, shadow };
  checkTables(sides, pairings, context);
  return {
    name,
    discovered: false,
    compared: entry.compare === 'on',
    owner: entry.owner ?? defaults.owner,
    tags: entry.tags,
    category: entry.category ?? null,
    priority: entry.priority ?? null,
    stage: entry.stage ?? null,
    sides,
    partition: entry.partition,
    spec,
    sensitive,
    reference_side: systems.production !== 'legacy' && systems.shadow === 'legacy' ? 'shadow' : 'production',
    examples: entry.examples ?? defaults.examples,
    due_ms: entry.due ?? defaults.due_ms,
    grace_ms: entry.grace ?? defaults.grace_ms,
    provenance:
      entry.provenance === undefined
        ? null
        : {
            updated_at: entry.provenance.updated_at ?? null,
            op: entry.provenance.op ?? null,
            path: entry.provenance.path ?? null,
          },
    pairings,
  };
}

function readSpec(entry: JobEntry): Spec {
  return {
    key: entry.key,
    infer_key: false,
    columns: null,
    ignore: entry.ignore,
    renamed: Object.entries(entry.columns).map(([production, shadow]) => ({ production, shadow })),
    tolerance: readTolerance(entry.tolerance),
    normalise: readNormalise(entry.normalise),
    expressions: [],
    where: { production: entry.production.where ?? null, shadow: entry.shadow.where ?? null },
    sample: entry.sample ?? null,
    checksum: 'fast',
  };
}

type ToleranceRule = number | { readonly abs?: number | undefined; readonly rel?: number | undefined };

/** A number, or `abs` and `rel`, for every numeric column; else per column. */
function readTolerance(entry: JobEntry['tolerance']): readonly Tolerance[] {
  if (entry === undefined) return [];
  const rule = (column: string | null, given: ToleranceRule): Tolerance =>
    typeof given === 'number'
      ? { column, type: null, abs: given, rel: 0, time_us: 0 }
      : { column, type: null, abs: given.abs ?? 0, rel: given.rel ?? 0, time_us: 0 };
  if (isToleranceRule(entry)) return [rule(null, entry)];
  return Object.entries(entry as Readonly<Record<string, ToleranceRule>>).map(([column, given]) => rule(column, given));
}

function isToleranceRule(entry: NonNullable<JobEntry['tolerance']>): entry is ToleranceRule {
  if (typeof entry === 'number') return true;
  return Object.entries(entry).every(([key, given]) => (key === 'abs' || key === 'rel') && typeof given === 'number');
}

/** A rule or a list of rules for every text column; else per column. */
function readNormalise(entry: JobEntry['normalise']): readonly NormaliseRule[] {
  if (entry === undefined) return [];
  const rules = (column: string | null, given: unknown): NormaliseRule[] =>
    [given].flat().map((rule) => ({ column, type: null, rule: rule as NormaliseRule['rule'] }));
  if (typeof entry === 'string' || Array.isArray(entry)) return rules(null, entry);
  return Object.entries(entry).flatMap(([column, given]) => rules(column, given));
}

function checkSpec(
  entry: JobEntry,
  spec: Spec,
  place: Place,
  { file, troubles }: Pick<Context, 'file' | 'troubles'>,
): void {
  const tell = (inside: Place, message: string, hint?: string): void => {
    const at = [...place, ...inside];
    troubles.push(file.trouble(at, `${printPlace(at)}: ${message}`, hint));
  };
  const key = new Set(spec.key);
  for (const list of ['key', 'partition', 'ignore'] as const) {
    for (const [i, column] of entry[list].entries()) {
      if (entry[list].indexOf(column) < i) tell([list, i], `${JSON.stringify(column)} is named twice`);
    }
  }
  if (key.size === 0 && spec.tolerance.length > 0) {
    tell(['tolerance'], 'a tolerance needs a key: it is decided between two rows of the same key', 'add `key: [...]`');
  }
  if (key.size === 0 && spec.sample !== null) {
    tell(['sample'], 'a sample needs a key: the same keys are taken on both sides', 'add `key: [...]`');
  }
  for (const [i, column] of entry.ignore.entries()) {
    if (key.has(column)) tell(['ignore', i], `${JSON.stringify(column)} is a column of the key and cannot be ignored`);
  }
  for (const { column } of spec.tolerance) {
    if (column === null) continue;
    const named = JSON.stringify(column);
    if (column === 'abs' || column === 'rel') {
      const hint = '`abs` and `rel` alone are the tolerance of every numeric column; below a column, of that column';
      tell(['tolerance', column], `${named} stands beside names of columns`, hint);
    } else if (key.has(column)) {
      tell(['tolerance', column], `${named} is a column of the key: keys are equal or they are not`);
    } else if (entry.ignore.includes(column)) {
      tell(['tolerance', column], `${named} is ignored and has a tolerance`, 'remove one of the two');
    }
  }
  const taken = new Map<string, string>();
  for (const { production, shadow } of spec.renamed) {
    const before = taken.get(shadow);
    if (before !== undefined) {
      const message = `${JSON.stringify(shadow)} of the shadow is mapped to ${JSON.stringify(before)} already`;
      tell(['columns', production], message);
    }
    taken.set(shadow, production);
  }
}

/** Values of partition columns stand in paths, ids and names of pages: none of that can be masked. */
function checkSensitive(
  entry: JobEntry,
  sensitive: readonly string[],
  place: Place,
  { file, troubles }: Pick<Context, 'file' | 'troubles'>,
): void {
  const hidden = new Set(sensitive.map((column) => column.toLowerCase()));
  for (const [i, column] of entry.partition.entries()) {
    if (!hidden.has(column.toLowerCase())) continue;
    const at: Place = [...place, 'partition', i];
    const message = `${JSON.stringify(column)} is sensitive, and the values of a partition column stand in paths, which are not masked`;
    troubles.push(
      file.trouble(at, `${printPlace(at)}: ${message}`, 'partition by another column, or take it out of `sensitive`'),
    );
  }
}
