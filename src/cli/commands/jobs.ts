import { join, resolve } from 'node:path';
import type { Config, IngestionJob } from '../../config/config.ts';
import { tableIdOf } from '../../config/pairings.ts';
import { EXIT_CODES, type ExitCode } from '../../core/outcome.ts';
import { SIDES } from '../../core/side.ts';
import type { JobSummary } from '../../store/landings.ts';
import type { CliCommand } from '../command.ts';
import { collectNames, Problems } from '../options.ts';
import type { Terminal } from '../terminal.ts';

interface JobsOptions {
  readonly config: string;
  readonly job?: readonly string[];
  readonly limit: string;
  readonly json?: true;
}

export const command: CliCommand = {
  id: 'jobs',
  summary: 'list the ingestion jobs: what was found of them, how much of it was compared, and what that came to',
  examples: [
    {
      line: 'shadowcheck jobs --config sample-data/live.yaml',
      shows: 'one line a job, those with mismatches first',
    },
  ],
  define: (command, run, terminal) => {
    command
      .option('--config <file>', 'the config', 'shadowcheck.yaml')
      .option('--job <names>', 'only these jobs', collectNames)
      .option('--limit <n>', 'at most so many jobs', '50')
      .option('--json', 'print all of them as JSON')
      .action((options: JobsOptions) => run(() => jobs(options, terminal)));
  },
};

/** What is known of one job. `partitions` is null for a side that was not looked at yet. */
export interface ListedJob {
  readonly job: string;
  readonly owner: string | null;
  readonly category: string | null;
  readonly priority: number | null;
  readonly stage: string | null;
  readonly discovered: boolean;
  readonly compared: boolean;
  readonly partitions: Readonly<Record<'production' | 'shadow', number | null>>;
  readonly pairs: JobSummary['pairs'];
  readonly outcomes: JobSummary['outcomes'];
  readonly seeded_matches: number;
  /** Share of the pairs of which both sides landed that were compared; null where none landed. */
  readonly coverage: number | null;
  readonly newest_landing: JobSummary['newest_landing'];
}

async function jobs(options: JobsOptions, terminal: Terminal): Promise<ExitCode> {
  const problems = new Problems();
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1) problems.add('--limit', 'expected a whole number from 1');
  problems.throwIfAny();
  const { loadConfig } = await import('../../config/load.ts');
  const { printJson } = await import('../print-json.ts');
  const config = await loadConfig(resolve(terminal.cwd, options.config));
  for (const name of options.job ?? []) {
    if (!config.jobs.has(name)) problems.add('--job', `there is no job ${JSON.stringify(name)} in the config`);
  }
  problems.throwIfAny();
  const summaries = await summariesOf(config);
  const asked = options.job === undefined ? null : new Set(options.job);
  const listed = [...config.jobs.values()]
    .filter(({ name }) => asked === null || asked.has(name))
    .map((job) => listedJob(job, summaries.get(job.name)))
    .sort(byTrouble);
  const uncovered = asked === null ? config.uncovered : [];
  if (options.json) printJson(terminal, { version: '0.1', jobs: listed, uncovered });
  else {
    for (const job of listed.slice(0, limit)) terminal.print(lineOf(job));
    if (listed.length > limit) terminal.print(`… and ${listed.length - limit} more (--limit, --json)`);
    for (const { job, side, table } of uncovered.slice(0, limit)) {
      terminal.print(`${job}  uncovered: only the ${side} has a table (${table})`);
    }
    if (listed.length + uncovered.length === 0) terminal.print('the config names no job, and discover finds none');
  }
  return EXIT_CODES.ok;
}

async function summariesOf(config: Config): Promise<ReadonlyMap<string, JobSummary>> {
  const { catalogExists, openCatalog } = await import('../../store/catalog.ts');
  const path = join(config.store, 'catalog.db');
  if (!catalogExists(path)) return new Map();
  const catalog = openCatalog(path, { read_only: true });
  try {
    return new Map(catalog.jobSummaries().map((summary) => [summary.job, summary]));
  } finally {
    catalog.close();
  }
}

function listedJob(job: IngestionJob, summary: JobSummary | undefined): ListedJob {
  const { name, owner, category, priority, stage, discovered, compared, sides } = job;
  const counts = new Map(summary?.partition_counts.map(({ table, partitions }) => [table, partitions]));
  const [production, shadow] = SIDES.map((side) => counts.get(tableIdOf(sides[side])) ?? null);
  const pairs = summary?.pairs ?? {};
  const whole = (pairs.owed ?? 0) + (pairs.compared ?? 0);
  return {
    job: name,
    owner,
    category,
    priority,
    stage,
    discovered,
    compared,
    partitions: { production: production ?? null, shadow: shadow ?? null },
    pairs,
    outcomes: summary?.outcomes ?? {},
    seeded_matches: summary?.seeded_matches ?? 0,
    coverage: whole === 0 ? null : (pairs.compared ?? 0) / whole,
    newest_landing: summary?.newest_landing ?? null,
  };
}

/** Mismatches first, then what is missing or undecided, then by name. */
function byTrouble(one: ListedJob, other: ListedJob): number {
  const weight = ({ outcomes, pairs }: ListedJob): number =>
    (outcomes.mismatch ?? 0) * 1e6 + (outcomes.inconclusive ?? 0) * 1e3 + (pairs.missing ?? 0);
  return weight(other) - weight(one) || (one.job < other.job ? -1 : 1);
}

function lineOf(job: ListedJob): string {
  const { outcomes, pairs, partitions, newest_landing: newest } = job;
  const counted = (count: number | undefined, word: string): string[] => (count ? [`${count} ${word}`] : []);
  const parts = [
    `${partitions.production ?? '?'}/${partitions.shadow ?? '?'} partitions`,
    job.coverage === null ? 'nothing paired' : `${Math.floor(job.coverage * 100)} % compared`,
    ...counted(outcomes.match, 'match'),
    ...(job.seeded_matches > 0 ? [`of them ${job.seeded_matches} seeded, which prove nothing`] : []),
    ...counted(outcomes.match_agreed, 'agreed'),
    ...counted(outcomes.mismatch, 'mismatch'),
    ...counted(outcomes.inconclusive, 'inconclusive'),
    ...counted(pairs.pending, 'pending'),
    ...counted(pairs.missing, 'missing'),
    ...counted(pairs.expired, 'expired'),
    ...(newest === null ? [] : [`newest ${newest.partition_key}, landed ${minute(newest.landed_at_ms)}`]),
    ...(job.compared ? [] : ['left to another detector']),
    ...(job.discovered ? ['discovered'] : []),
  ];
  return `${job.job}  ${parts.join(' · ')}`;
}

function minute(time_ms: number): string {
  return new Date(time_ms).toISOString().slice(0, 16).replace('T', ' ');
}
