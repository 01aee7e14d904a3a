/** Loads `shadowcheck.yaml`: gathers every problem of it and of the files that it names, then throws once or returns. */
import { access } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { OperatingError, type Trouble } from '../core/operating-error.ts';
import { EXIT_CODES } from '../core/outcome.ts';
import type { KnownIssue } from '../diagnose/known-issue.ts';
import type { Sql } from '../sql/sql.ts';
import type { CatchUp, Config, Defaults, IngestionJob } from './config.ts';
import { expressionTroubles } from './expressions.ts';
import { readJob } from './jobs.ts';
import { loadKnownIssues } from './known-issues.ts';
import { notesOf } from './notes.ts';
import { type ConfigFile, configFileSchema, jobSchema, sourceSchema } from './schema.ts';
import { printPlace, validate, wellWritten } from './schema-troubles.ts';
import { findSource, readSource, type Sources } from './sides.ts';
import { inOrder, readYamlFile, type YamlFile } from './yaml-file.ts';

const HOUR_MS = 3_600_000;

/**
 * Guarantees that what it returns is whole: names are found, rules fit together, known issues are loaded. Throws one
 * `OperatingError` with exit code 2 that holds all problems of all files, each with its line and column.
 *
 * `parse` runs a statement in an engine and returns its only value; with it, the SQL of the file is judged too.
 */
export async function loadConfig(path: string, parse?: (statement: Sql) => Promise<string>): Promise<Config> {
  const file = await readYamlFile(resolve(path), 'config');
  const whole = validate(file, configFileSchema);
  const folder = dirname(file.path);
  const troubles = [...whole.troubles];
  // What is well written is looked at further, even if something else is not: one run shows everything.
  const defaults = readDefaults(configFileSchema.shape.defaults.safeParse(written(file, 'defaults')).data);
  const sources: Sources = new Map(
    entriesOf(file, 'sources').map(([name, entry]) => {
      const source = sourceSchema.safeParse(entry);
      return [name, source.success ? readSource(name, source.data, folder) : null];
    }),
  );
  const jobs = new Map<string, IngestionJob>();
  for (const [name, given] of entriesOf(file, 'ingestion_jobs')) {
    const entry = wellWritten(jobSchema, given);
    if (entry === null) continue;
    const job = readJob(name, entry.value, { file, sources, defaults, troubles, without: entry.without });
    if (job !== null) jobs.set(name, job);
    if (parse !== undefined) troubles.push(...(await expressionTroubles(name, entry.value, file, parse)));
  }
  const { discover, gates } = configFileSchema.shape;
  const discovered = discover.safeParse(written(file, 'discover')).data ?? [];
  for (const [i, { source }] of discovered.entries()) {
    findSource(source, ['discover', i, 'source'], { file, sources, troubles });
  }
  const policies = gates.safeParse(written(file, 'gates')).data ?? {};
  troubles.push(...(await missingFiles(file, folder, policies, discovered)));
  const known = await readKnownIssues(file, folder, troubles);
  if (troubles.length > 0 || whole.value === null) throw new OperatingError(EXIT_CODES.usage, inOrder(troubles));
  return assemble(whole.value, { path: file.path, folder, sources, defaults, jobs, known });
}

function assemble(
  entry: ConfigFile,
  found: {
    readonly path: string;
    readonly folder: string;
    readonly sources: Sources;
    readonly defaults: Defaults;
    readonly jobs: ReadonlyMap<string, IngestionJob>;
    readonly known: readonly KnownIssue[];
  },
): Config {
  const absolute = (given: string) => resolve(found.folder, given);
  const store = absolute(entry.store);
  const tokenKeyFile = entry.privacy?.token_key_file;
  // Without a prototype, so that no gate is found under `constructor`.
  const gates: Record<string, string> = Object.create(null);
  for (const [name, policy] of Object.entries(entry.gates)) gates[name] = absolute(policy);
  return {
    path: found.path,
    folder: found.folder,
    store,
    report_url: entry.report_url ?? null,
    mismatch_logs: entry.mismatch_logs?.map(absolute) ?? [join(store, 'logs', 'mismatch')],
    landings: entry.landings.map(absolute),
    sources: new Map([...found.sources].flatMap(([name, source]) => (source === null ? [] : [[name, source]]))),
    defaults: found.defaults,
    jobs: found.jobs,
    discover: entry.discover.map((one) => ({
      source: one.source,
      production: one.production,
      shadow: one.shadow,
      key_from: one.key_from === undefined ? null : absolute(one.key_from),
      partition: one.partition ?? [],
    })),
    schedules: { analyze: entry.schedules?.analyze ?? 'hourly', compare: entry.schedules?.compare ?? 'every 5m' },
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
    notes: notesOf(entry),
  };
}

function readDefaults(entry: ConfigFile['defaults']): Defaults {
  return {
    checksum: entry?.checksum ?? 'fast',
    examples: entry?.examples ?? 20,
    sensitive: entry?.sensitive ?? [],
    due_ms: entry?.due ?? 2 * HOUR_MS,
    grace_ms: entry?.grace ?? HOUR_MS,
    owner: entry?.owner ?? null,
  };
}

function readCatchUp(entry: NonNullable<ConfigFile['schedules']>['catch_up']): CatchUp {
  if (entry === 'all' || entry === 'latest') return { mode: entry, window_ms: null };
  return { mode: 'window', window_ms: entry?.window ?? 7 * 24 * HOUR_MS };
}

/** A part of the file as it is written, whatever state the rest is in. */
function written(file: YamlFile, name: string): unknown {
  const { content } = file;
  const there = typeof content === 'object' && content !== null && Object.hasOwn(content, name);
  return there ? (content as Readonly<Record<string, unknown>>)[name] : undefined;
}

/** The named entries of such a part; none where it is no mapping. */
function entriesOf(file: YamlFile, name: string): [string, unknown][] {
  const inside = written(file, name);
  return typeof inside === 'object' && inside !== null && !Array.isArray(inside) ? Object.entries(inside) : [];
}

async function missingFiles(
  file: YamlFile,
  folder: string,
  gates: ConfigFile['gates'],
  discover: ConfigFile['discover'],
): Promise<Trouble[]> {
  const named = [
    ...Object.entries(gates).map(([name, path]) => ({ place: ['gates', name], path })),
    ...discover.flatMap(({ key_from }, i) =>
      key_from === undefined ? [] : [{ place: ['discover', i, 'key_from'], path: key_from }],
    ),
  ];
  const troubles: Trouble[] = [];
  for (const { place, path } of named) {
    try {
      await access(resolve(folder, path));
    } catch {
      const message = `${printPlace(place)}: there is no file ${JSON.stringify(path)}`;
      troubles.push(file.trouble(place, message, 'paths are relative to the config file'));
    }
  }
  return troubles;
}

async function readKnownIssues(file: YamlFile, folder: string, troubles: Trouble[]): Promise<readonly KnownIssue[]> {
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
