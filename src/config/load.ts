/** Loads `shadowcheck.yaml`: gathers every problem of it and of the files that it names, then throws once or returns. */
import { access } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { OperatingError, type Trouble } from '../core/operating-error.ts';
import { EXIT_CODES } from '../core/outcome.ts';
import type { KnownIssue } from '../diagnose/known-issue.ts';
import type { Sql } from '../sql/sql.ts';
import type { Config, Defaults, Discovery, IngestionJob } from './config.ts';
import { discoverJobs } from './discover-jobs.ts';
import { expressionTroubles } from './expressions.ts';
import { type DefaultsEntry, jobSchema } from './job-schema.ts';
import { type Reading, readJob } from './jobs.ts';
import { loadKnownIssues } from './known-issues.ts';
import { notesOf } from './notes.ts';
import { namedEntries, type Part, type Parts, readParts, written } from './parts.ts';
import { readDiscoveries } from './read-discoveries.ts';
import { type ConfigFile, configFileSchema } from './schema.ts';
import { printPlace, wellWritten } from './schema-troubles.ts';
import { readAlarms, readCatchUp, readSchedules, readService } from './service-schema.ts';
import { readSource, type Sources } from './sides.ts';
import { sourceSchema } from './table-schema.ts';
import { inOrder } from './yaml-file.ts';

const HOUR_MS = 3_600_000;

/**
 * Guarantees that what it returns is whole: names are found, rules fit together, known issues are loaded, tables of
 * `discover` are jobs. Throws one `OperatingError` with exit code 2 that holds all problems of all files, each with its
 * line and column. A folder of tables that cannot be listed is none of them: it is among `discovery_troubles`.
 *
 * `parse` runs a statement in an engine and returns its only value; with it, the SQL of the file is judged too.
 */
export async function loadConfig(path: string, parse?: (statement: Sql) => Promise<string>): Promise<Config> {
  const parts = await readParts(path);
  const { main } = parts;
  const troubles = [...parts.troubles];
  // What is well written is looked at further, even if something else is not: one run shows everything.
  const defaults = readDefaults(configFileSchema.shape.defaults.safeParse(written(main.file, 'defaults')).data);
  const sources = readSources(parts, troubles);
  const jobs = await readJobs(parts, { sources, defaults, troubles }, parse);
  const discover = await readDiscoveries(parts, { sources, defaults, troubles });
  const policies = configFileSchema.shape.gates.safeParse(written(main.file, 'gates')).data ?? {};
  troubles.push(...(await missingPolicies(main, policies)));
  const known = await readKnownIssues(main, troubles);
  if (troubles.length > 0 || main.entry === null) throw new OperatingError(EXIT_CODES.usage, inOrder(troubles));
  const config = assemble(main.entry, { parts, sources, defaults, jobs, discover, known });
  return discoverJobs(config);
}

function readSources(parts: Parts, troubles: Trouble[]): Sources {
  return new Map(
    namedEntries(parts, 'sources', troubles).map(({ name, given, part }) => {
      const entry = sourceSchema.safeParse(given);
      return [name, entry.success ? readSource(name, entry.data, part.folder) : null];
    }),
  );
}

async function readJobs(
  parts: Parts,
  reading: Reading,
  parse: ((statement: Sql) => Promise<string>) | undefined,
): Promise<ReadonlyMap<string, IngestionJob>> {
  const jobs = new Map<string, IngestionJob>();
  for (const { name, given, part } of namedEntries(parts, 'ingestion_jobs', reading.troubles)) {
    // In a file that is whole every entry was parsed already: again takes half a second for 20,000 jobs.
    const whole = part.entry?.ingestion_jobs ?? {};
    const parsed = Object.hasOwn(whole, name) ? whole[name] : undefined; // a name may be that of the prototype
    const entry = parsed === undefined ? wellWritten(jobSchema, given) : { value: parsed, without: new Set<string>() };
    if (entry === null) continue;
    const context = { ...reading, file: part.file, place: ['ingestion_jobs', name], without: entry.without };
    const job = readJob(name, entry.value, context);
    if (job !== null) jobs.set(name, job);
    if (parse !== undefined) reading.troubles.push(...(await expressionTroubles(name, entry.value, part.file, parse)));
  }
  return jobs;
}

function assemble(
  entry: ConfigFile,
  found: {
    readonly parts: Parts;
    readonly sources: Sources;
    readonly defaults: Defaults;
    readonly jobs: ReadonlyMap<string, IngestionJob>;
    readonly discover: readonly Discovery[];
    readonly known: readonly KnownIssue[];
  },
): Config {
  const { main, all, folders } = found.parts;
  const absolute = (given: string) => resolve(main.folder, given);
  const store = absolute(entry.store);
  const mismatch_logs = entry.mismatch_logs?.map(absolute) ?? [join(store, 'logs', 'mismatch')];
  const tokenKeyFile = entry.privacy?.token_key_file;
  const schedules = readSchedules(entry.schedules);
  // Without a prototype, so that no gate is found under `constructor`.
  const gates: Record<string, string> = Object.create(null);
  for (const [name, policy] of Object.entries(entry.gates)) gates[name] = absolute(policy);
  const keyFiles = found.discover.flatMap(({ key_from }) => key_from ?? []);
  const named = [...entry.known_issues.map(absolute), ...Object.values(gates), ...keyFiles];
  return {
    path: main.file.path,
    folder: main.folder,
    store,
    report_url: entry.report_url ?? null,
    mismatch_logs,
    landings: entry.landings.map(absolute),
    sources: new Map([...found.sources].flatMap(([name, source]) => (source === null ? [] : [[name, source]]))),
    defaults: found.defaults,
    jobs: found.jobs,
    discover: found.discover,
    uncovered: [],
    schedules,
    service: readService(entry.service),
    alarms: readAlarms(entry.alarms, schedules),
    catch_up: readCatchUp(entry.schedules?.catch_up),
    known_issues: found.known,
    gates,
    privacy: {
      mode: entry.privacy?.examples ?? 'mask_sensitive',
      token_key_file: tokenKeyFile === undefined ? null : absolute(tokenKeyFile),
    },
    limits: {
      workers: entry.limits?.workers ?? availableParallelism(),
      item_timeout_ms: entry.limits?.item_timeout ?? 10 * 60_000,
      item_memory_bytes: entry.limits?.item_memory ?? 2e9,
      examples: found.defaults.examples,
    },
    notes: notesOf(entry, found.jobs, { store, mismatch_logs }),
    discovery_notes: [],
    discovery_troubles: [],
    files: [...new Set([...all.map(({ file }) => file.path), ...folders, ...named])],
  };
}

function readDefaults(entry: DefaultsEntry | undefined): Defaults {
  return {
    checksum: entry?.checksum ?? 'fast',
    examples: entry?.examples ?? 20,
    sensitive: [...new Set(entry?.sensitive)],
    due_ms: entry?.due ?? 2 * HOUR_MS,
    grace_ms: entry?.grace ?? HOUR_MS,
    owner: entry?.owner ?? null,
    builds: { legacy: entry?.builds?.legacy ?? null, next: entry?.builds?.next ?? null },
  };
}

async function missingPolicies({ file, folder }: Part, gates: ConfigFile['gates']): Promise<Trouble[]> {
  const troubles: Trouble[] = [];
  for (const [name, path] of Object.entries(gates)) {
    try {
      await access(resolve(folder, path));
    } catch {
      const place = ['gates', name];
      const message = `${printPlace(place)}: there is no file ${JSON.stringify(path)}`;
      troubles.push(file.trouble(place, message, 'paths are relative to the config file'));
    }
  }
  return troubles;
}

async function readKnownIssues({ file, folder }: Part, troubles: Trouble[]): Promise<readonly KnownIssue[]> {
  const paths = configFileSchema.shape.known_issues.safeParse(written(file, 'known_issues')).data ?? [];
  try {
    return await loadKnownIssues(paths.map((path) => resolve(folder, path)));
  } catch (error) {
    if (!(error instanceof OperatingError)) throw error;
    for (const trouble of error.troubles) {
      const i = paths.findIndex((path) => resolve(folder, path) === trouble.subject);
      if (trouble.code !== 'known_issues_missing' || i < 0) {
        troubles.push(trouble);
        continue;
      }
      const place = ['known_issues', i];
      const message = `${printPlace(place)}: there is no file ${JSON.stringify(paths[i])}`;
      troubles.push(file.trouble(place, message, 'paths are relative to the config file'));
    }
    return [];
  }
}
