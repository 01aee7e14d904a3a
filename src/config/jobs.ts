/** An ingestion job: from its entry in the file to what a comparison needs, with all that does not fit together. */
import type { Trouble } from '../core/operating-error.ts';
import type { Side } from '../core/side.ts';
import type { Defaults, IngestionJob } from './config.ts';
import type { JobEntry } from './job-schema.ts';
import { checkTables, readPairings } from './read-pairings.ts';
import { checkSpec, readSpec } from './rules.ts';
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
const RULES = ['key', 'partition', 'ignore', 'tolerance', 'normalise', 'expressions', 'columns', 'sample'] as const;

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
  const spec = readSpec(entry, defaults);
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
