/**
 * Jobs without an entry of their own: every table that stands below both patterns of a `discover` entry becomes one. Done
 * when a config is loaded, and again by the service before each look, since tables come and go.
 */
import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Trouble } from '../core/operating-error.ts';
import { mapSides, otherSide, SIDES, type Sided } from '../core/side.ts';
import type { Config, Discovery, IngestionJob, UncoveredTable } from './config.ts';
import { name as nameSchema } from './scalars.ts';
import { type Listed, listTables, tableOf } from './table-pattern.ts';

/**
 * The config with the jobs that there are now. The same object where nothing changed, and the same job objects for those
 * that stay. Jobs of a folder that cannot be listed now stay as they were. Throws for nothing that lies on the disk.
 */
export async function discoverJobs(config: Config): Promise<Config> {
  if (config.discover.length === 0) return config;
  const listings: Sided<Listed>[] = [];
  for (const { source, production, shadow } of config.discover) {
    const root = rootOf(config, source, '.');
    listings.push({ production: await listTables(root, production), shadow: await listTables(root, shadow) });
  }
  const found = judgeListings(config, listings);
  const isSame =
    found.jobs.size === config.jobs.size &&
    [...found.jobs].every(([name, job]) => config.jobs.get(name) === job) &&
    isDeepStrictEqual(found.uncovered, config.uncovered) &&
    isDeepStrictEqual(found.discovery_notes, config.discovery_notes) &&
    isDeepStrictEqual(found.discovery_troubles, config.discovery_troubles);
  return isSame ? config : { ...config, ...found };
}

/** What has been found so far; an earlier `discover` entry wins over a later one, and a written job over both. */
interface Found {
  readonly config: Config;
  readonly jobs: Map<string, IngestionJob>;
  /** Both tables of each job. */
  readonly pairs: Set<string>;
  readonly lonely: UncoveredTable[];
  readonly notes: string[];
  readonly troubles: Trouble[];
}

/** Pure: what the listings come to. */
function judgeListings(
  config: Config,
  listings: readonly Sided<Listed>[],
): Pick<Config, 'jobs' | 'uncovered' | 'discovery_notes' | 'discovery_troubles'> {
  const written = [...config.jobs.values()].filter(({ discovered }) => !discovered);
  const found: Found = {
    config,
    jobs: new Map(written.map((job) => [job.name, job])),
    pairs: new Set(written.map(({ sides }) => pairOf(sides))),
    lonely: [],
    notes: [],
    troubles: [],
  };
  let isWhole = true;
  for (const [i, discovery] of config.discover.entries()) {
    const { production, shadow } = listings[i] as Sided<Listed>;
    if ('names' in production && 'names' in shadow) {
      addTables(found, discovery, { production: new Set(production.names), shadow: new Set(shadow.names) });
    } else {
      keepJobs(found, discovery, [production, shadow]);
      isWhole = false;
    }
  }
  if (isWhole) noteUnusedKeys(found);
  const named = new Set([...found.jobs.values()].flatMap(tablesNamedBy));
  const uncovered = found.lonely.filter(({ source, table }) => !named.has(rootOf(config, source, table)));
  return { jobs: found.jobs, uncovered, discovery_notes: found.notes, discovery_troubles: found.troubles };
}

function addTables(
  { config, jobs, pairs, lonely, notes }: Found,
  discovery: Discovery,
  names: Sided<Set<string>>,
): void {
  const nameless: string[] = [];
  const taken: string[] = [];
  const keyless: string[] = [];
  for (const name of names.production) {
    if (!names.shadow.has(name)) continue;
    const job = jobOf(discovery, name, config);
    const pair = pairOf(job.sides);
    if (pairs.has(pair)) continue;
    if (!isJobName(name)) nameless.push(name);
    else if (jobs.has(name)) taken.push(name);
    else {
      jobs.set(name, job);
      pairs.add(pair);
      if (job.spec.infer_key) keyless.push(name);
    }
  }
  for (const side of SIDES) {
    const { source, table } = discovery.template.sides[side];
    for (const job of names[side]) {
      if (!names[otherSide(side)].has(job)) lonely.push({ job, side, source, table: tableOf(table, job) });
    }
  }
  const note = (listed: readonly string[], one: string, more: string) => {
    if (listed.length > 0)
      notes.push(`${discovery.place}: ${listed.length === 1 ? one : `${listed.length} ${more}`}: ${shown(listed)}`);
  };
  note(nameless, 'a table has a name that no job can have', 'tables have names that no job can have');
  note(
    taken,
    'a table makes no job, because another has its name',
    'tables make no job, because others have their names',
  );
  note(keyless, 'a job is given no key, so it is inferred', 'jobs are given no key, so it is inferred');
}

/** Where a folder cannot be listed, nobody knows what is below it: what was found before is not gone. */
function keepJobs({ config, jobs, pairs, troubles }: Found, discovery: Discovery, listed: readonly Listed[]): void {
  let kept = 0;
  for (const job of config.jobs.values()) {
    if (!job.discovered || jobs.has(job.name)) continue;
    if (!isOf(discovery, job)) continue;
    jobs.set(job.name, job);
    pairs.add(pairOf(job.sides));
    kept += 1;
  }
  const jobsNow = kept === 0 ? 'no job comes from there' : `its jobs stay as they were (${kept})`;
  for (const side of listed) {
    if ('names' in side) continue;
    troubles.push({
      code: 'source_unreadable',
      subject: side.unreadable,
      place: discovery.place,
      message: `cannot be listed (${side.reason}): ${jobsNow}`,
      hint: 'Is the disk mounted, and may this user read the folder? Nothing below it is compared that was not known before.',
    });
  }
}

/** A line for a job that is not there is a misspelt name, as often as not. */
function noteUnusedKeys({ config, jobs, notes }: Found): void {
  const files = new Map(config.discover.map((discovery) => [discovery.key_from, discovery]));
  for (const [path, { keys, place }] of files) {
    const unused = [...keys.keys()].filter((name) => !jobs.has(name));
    if (path !== null && unused.length > 0) {
      notes.push(`${place}: ${path} has keys of jobs that are not there (${unused.length}): ${shown(unused)}`);
    }
  }
}

/** The same object as before for a table that was there before: 20,000 new ones at every look would only be garbage. */
function jobOf(discovery: Discovery, name: string, config: Config): IngestionJob {
  const { template, keys } = discovery;
  const before = config.jobs.get(name);
  if (before !== undefined && isOf(discovery, before)) return before;
  const key = keys.get(name);
  const spec = key === undefined ? template.spec : { ...template.spec, key, infer_key: false };
  return { ...template, name, discovered: true, sides: sidesOf(discovery, name, config), spec };
}

function isOf({ template }: Discovery, { name, discovered, sides }: IngestionJob): boolean {
  return (
    discovered &&
    SIDES.every((side) => {
      const { source, table } = template.sides[side];
      return sides[side].source === source && sides[side].table === tableOf(table, name);
    })
  );
}

function sidesOf({ template }: Discovery, name: string, config: Config): IngestionJob['sides'] {
  return mapSides(template.sides, (side) => {
    const table = tableOf(side.table, name);
    return { ...side, table, root: rootOf(config, side.source, table) };
  });
}

function rootOf(config: Config, source: string, table: string): string {
  return resolve(config.sources.get(source)?.root ?? config.folder, table);
}

/** No path holds a NUL. */
function pairOf({ production, shadow }: IngestionJob['sides']): string {
  return `${production.root}\0${shadow.root}`;
}

function tablesNamedBy({ sides, pairings }: IngestionJob): readonly string[] {
  return [sides, ...Object.values(pairings)].flatMap((pair) =>
    SIDES.flatMap((side) => {
      const { root, delta, full_dump } = pair[side];
      return [root, delta, full_dump].filter((path) => path !== null);
    }),
  );
}

/** Bytes that are no UTF-8 come as U+FFFD: such a folder cannot be opened by the name that we have. */
function isJobName(given: string): boolean {
  return nameSchema.safeParse(given).success && !given.includes('\uFFFD');
}

const SHOWN_MAX = 5;

function shown(names: readonly string[]): string {
  const first = names.slice(0, SHOWN_MAX).map((name) => (/^[\w.-]+$/.test(name) ? name : JSON.stringify(name)));
  return `${first.join(', ')}${names.length > SHOWN_MAX ? ', …' : ''}`;
}
