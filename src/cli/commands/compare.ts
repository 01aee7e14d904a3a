import { hostname } from 'node:os';
import { resolve } from 'node:path';
import type { DetectionRun } from '../../../jobs/compare-landed-partitions.ts';
import type { Config } from '../../config/config.ts';
import { OperatingError, printTrouble } from '../../core/operating-error.ts';
import { EXIT_CODES, type ExitCode } from '../../core/outcome.ts';
import { parsePartitionKey, printPartitionKey } from '../../core/partition-key.ts';
import type { RecheckRequest } from '../../detect/recheck.ts';
import type { JobEffects } from '../../service/scheduled-job.ts';
import type { CliCommand } from '../command.ts';
import { collectNames, Problems } from '../options.ts';
import type { Terminal } from '../terminal.ts';

interface CompareOptions {
  readonly config: string;
  readonly job?: readonly string[];
  readonly partition?: string;
  readonly pairing?: string;
  readonly again?: true;
  readonly json?: true;
  readonly quiet?: true;
  readonly verbose?: true;
}

export const command: CliCommand = {
  id: 'compare',
  summary: 'find landed partitions, compare every new pair once, write the mismatch and signal logs',
  examples: [
    {
      line: 'shadowcheck compare --config sample-data/live.yaml',
      shows: 'how many landings were found, and what their comparisons came to',
    },
  ],
  define: (command, run, terminal) => {
    command
      .option('--config <file>', 'the config', 'shadowcheck.yaml')
      .option('--job <names>', 'only these jobs', collectNames)
      .option('--partition <key>', 'with --again: the partition, ds=2026-11-20')
      .option('--pairing <name>', 'with --again: only this pairing')
      .option('--again', 'compare the partition of a job again, whatever was found before; every file is read')
      .option('--json', 'print what was found as JSON')
      .option('--quiet', 'print nothing')
      .option('--verbose', 'machine-readable logs of every pair on stderr')
      .action((options: CompareOptions) => run(() => compare(options, terminal)));
  },
};

/** Exits by what was compared in this run: 1 where something differs, 3 where something could not be decided. */
async function compare(options: CompareOptions, terminal: Terminal): Promise<ExitCode> {
  const { loadConfig } = await import('../../config/load.ts');
  const { openLog } = await import('../../service/log.ts');
  const { compareLandedPartitions, runDetection } = await import('../../../jobs/compare-landed-partitions.ts');
  const { recordedRun } = await import('../../service/scheduled-run.ts');
  const { isAlive } = await import('../../service/process.ts');
  const config = await loadConfig(resolve(terminal.cwd, options.config));
  const recheck = recheckOf(options, config);
  const names = options.job === undefined ? null : new Set(options.job);
  const effects: JobEffects = {
    log: openLog(options.verbose ? 'info' : 'error', { run: `${hostname()}-${process.pid}` }),
    now: () => new Date(),
    holder: { host: hostname(), pid: process.pid },
    isAlive,
    onProgress: ({ done }) => {
      if (!options.quiet) terminal.progress(`${done} pairs compared`);
    },
    signal: new AbortController().signal,
  };
  const run =
    names === null
      ? await recordedRun(compareLandedPartitions, config, effects)
      : await runDetection(config, effects, { jobs: names, recheck });
  terminal.progress('');
  const { printJson } = await import('../print-json.ts');
  if (options.json && !options.quiet) printJson(terminal, { version: '0.1', ...answerOf(run) });
  else if (!options.quiet) for (const line of linesOf(run)) terminal.print(line);
  for (const trouble of run.detected.troubles) terminal.tell(printTrouble(trouble));
  return exitCodeOf(run);
}

function recheckOf(options: CompareOptions, config: Config): RecheckRequest | null {
  const problems = new Problems();
  for (const name of options.job ?? []) {
    if (!config.jobs.has(name)) problems.add('--job', `there is no job ${JSON.stringify(name)} in the config`);
  }
  const { partition, pairing } = options;
  const [job, ...others] = options.job ?? [];
  if (options.again && (job === undefined || others.length > 0 || partition === undefined)) {
    problems.add(
      '--again',
      'needs one --job and a --partition',
      'compare --job orders --partition ds=2026-11-20 --again',
    );
  }
  for (const [name, given] of [
    ['--partition', partition],
    ['--pairing', pairing],
  ] as const) {
    if (given !== undefined && !options.again) {
      problems.add(name, 'is for --again only: without it, everything that has landed is compared once');
    }
  }
  problems.throwIfAny();
  if (!options.again || job === undefined || partition === undefined) return null;
  return { job, partition_key: canonicalKey(partition), pairing: pairing ?? null };
}

function canonicalKey(text: string): string {
  const key = parsePartitionKey(text);
  if (key !== null) return printPartitionKey(key);
  throw new OperatingError(EXIT_CODES.usage, {
    code: 'invalid_option',
    subject: '--partition',
    message: `${JSON.stringify(text)} is no partition key`,
    hint: 'a key has the form ds=2026-11-20, with / between levels',
  });
}

function answerOf({ detected, logged, skipped_shares }: DetectionRun): Readonly<Record<string, unknown>> {
  const { troubles, ...counts } = detected;
  return { ...counts, logged, skipped_shares, troubles };
}

function linesOf({ detected, logged, skipped_shares }: DetectionRun): readonly string[] {
  const { outcomes } = detected;
  const compared = Object.values(outcomes).reduce((sum, count) => sum + count, 0);
  return [
    `${detected.tables} tables · ${detected.partitions} partitions · ${detected.landings} new landings`,
    `${compared} compared: ${outcomes.match} match · ${outcomes.match_agreed} agreed · ${outcomes.mismatch} mismatch · ${outcomes.inconclusive} inconclusive`,
    ...(detected.not_landed > 0 ? [notLanded(detected)] : []),
    ...(detected.overdue > 0 ? [`${detected.overdue} of them overdue: one side has not landed in time`] : []),
    ...(detected.expired > 0 ? [`${detected.expired} expired: their time was over before the catch-up window`] : []),
    ...(detected.superseded > 0
      ? [`${counted(detected.superseded, 'pair was', 'pairs were')} written again meanwhile: looked at again`]
      : []),
    ...(skipped_shares > 0
      ? [
          `${counted(skipped_shares, 'share of the jobs is', 'shares of the jobs are')} being worked on by another process`,
        ]
      : []),
    `${counted(logged.mismatches, 'entry', 'entries')} in the mismatch log, ${logged.signals} in the signal log`,
  ];
}

function notLanded({ not_landed, not_landed_example: example }: DetectionRun['detected']): string {
  return `${counted(not_landed, 'partition has', 'partitions have')} not landed yet${example === null ? '' : `, such as ${example}`}`;
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** A table or log that could not be looked at leaves its partitions undecided. */
function exitCodeOf({ detected: { outcomes, troubles } }: DetectionRun): ExitCode {
  if (outcomes.mismatch > 0) return EXIT_CODES.mismatch;
  return outcomes.inconclusive > 0 || troubles.length > 0 ? EXIT_CODES.inconclusive : EXIT_CODES.ok;
}
