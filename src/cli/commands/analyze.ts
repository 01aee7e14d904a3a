import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { messageOf, OperatingError } from '../../core/operating-error.ts';
import { EXIT_CODES, type ExitCode } from '../../core/outcome.ts';
import type { SlotReport } from '../../report/slot-report.ts';
import type { RunEnd } from '../../service/scheduler.ts';
import type { CliCommand } from '../command.ts';
import { untilTerminated } from '../endings.ts';
import type { Terminal } from '../terminal.ts';

const HOUR_MS = 3_600_000;
/** A run by hand ends by itself, or with the process. */
const NEVER = new AbortController().signal;

interface AnalyzeOptions {
  readonly config: string;
  readonly json?: true;
  readonly quiet?: true;
  readonly verbose?: true;
  readonly hourly?: true;
}

export const command: CliCommand = {
  id: 'analyze',
  summary: 'run the hourly analysis once: everything in the mismatch logs that has not been analysed',
  examples: [
    {
      line: 'shadowcheck analyze --config sample-data/shadowcheck.yaml',
      shows: 'one line a slot, and where the index page is',
    },
  ],
  define: (command, run, terminal) => {
    command
      .option('--config <file>', 'the config', 'shadowcheck.yaml')
      .option('--json', 'print the slots as JSON')
      .option('--quiet', 'print nothing')
      .option('--verbose', 'machine-readable logs of every pair on stderr')
      .option('--hourly', 'go on: run now, then whenever an hour begins, until it is interrupted')
      .action((options: AnalyzeOptions) =>
        run(() => (options.hourly ? analyzeHourly(options, terminal) : analyze(options, terminal, NEVER))),
      );
  },
};

/** Exits 0 when everything that was owed is reported, whatever the reports say. */
async function analyze(options: AnalyzeOptions, terminal: Terminal, signal: AbortSignal): Promise<ExitCode> {
  const { loadConfig } = await import('../../config/load.ts');
  const { openLog } = await import('../../service/log.ts');
  const { recordedRun } = await import('../../service/scheduled-run.ts');
  const { analyzeMismatches } = await import('../../../jobs/analyze-mismatches.ts');
  const { isAlive } = await import('../../service/process.ts');
  const { printJson } = await import('../print-json.ts');
  const config = await loadConfig(resolve(terminal.cwd, options.config));
  const run = await recordedRun(analyzeMismatches, config, {
    log: openLog(options.verbose ? 'info' : 'error', { run: `${hostname()}-${process.pid}` }),
    now: () => new Date(),
    holder: { host: hostname(), pid: process.pid },
    isAlive,
    onProgress: ({ slot, done, total }) => {
      if (!options.quiet) terminal.progress(`${slot}: ${done} of ${total} pairs`);
    },
    signal,
  });
  terminal.progress('');
  if (options.json && !options.quiet) printJson(terminal, { version: '0.1', index: run.index_path, slots: run.slots });
  else if (!options.quiet) {
    for (const slot of run.slots) terminal.print(slotLine(slot));
    if (run.slots.length === 0 && run.troubles.length === 0)
      terminal.print('nothing to analyse: every entry of the mismatch logs has its report');
    if (run.undecided > 0) terminal.print(undecidedLine(run.undecided));
    terminal.print(`reports: ${run.index_path}`);
  }
  for (const trouble of run.troubles) terminal.tell(trouble.message);
  return worstOf(run.troubles);
}

/** A failure of the infrastructure outweighs a log that is missing. */
function worstOf(troubles: readonly OperatingError[]): ExitCode {
  const codes = troubles.map(({ exitCode }) => exitCode);
  return codes.includes(EXIT_CODES.infrastructure) ? EXIT_CODES.infrastructure : (codes[0] ?? EXIT_CODES.ok);
}

/**
 * Ends well on SIGTERM and SIGINT: with 0 when the slot under way ended or was left to the next run in time, else with 4.
 * What a run cannot do is told, and tried again.
 */
async function analyzeHourly(options: AnalyzeOptions, terminal: Terminal): Promise<ExitCode> {
  const { startScheduler } = await import('../../service/scheduler.ts');
  const { loadConfig } = await import('../../config/load.ts');
  const { analyzeMismatches } = await import('../../../jobs/analyze-mismatches.ts');
  await loadConfig(resolve(terminal.cwd, options.config)); // a config that cannot be read is no reason to wait an hour
  const work = {
    id: analyzeMismatches.id,
    everyMs: () => HOUR_MS,
    deadline_ms: analyzeMismatches.deadline_ms,
    run: (signal: AbortSignal) => analysisEnd(analyze(options, terminal, signal), terminal),
  };
  const scheduler = startScheduler([work], {
    now: () => new Date(),
    monotonicMs: () => performance.now(),
    onEnd: () => {},
    onStuck: (id, isLast) => {
      terminal.tell(`${id}: the run does not end at its deadline${isLast ? '; this process ends, start another' : ''}`);
      if (isLast) process.exit(EXIT_CODES.infrastructure);
    },
  });
  await untilTerminated();
  if (await scheduler.stop()) return EXIT_CODES.ok;
  terminal.tell('the analysis did not end in time; the next one goes on from what it recorded');
  process.exit(EXIT_CODES.infrastructure);
}

async function analysisEnd(analysis: Promise<ExitCode>, terminal: Terminal): Promise<RunEnd> {
  try {
    await analysis; // what it met was told, and is told again by the next
    return { kind: 'succeeded', trouble: null };
  } catch (error) {
    const isHeld = error instanceof OperatingError && error.code === 'lease_held';
    if (!isHeld) terminal.tell(messageOf(error));
    return { kind: isHeld ? 'held' : 'failed', trouble: isHeld ? null : messageOf(error) };
  }
}

function undecidedLine(undecided: number): string {
  const entries = undecided === 1 ? '1 entry stays' : `${undecided} entries stay`;
  return `${entries} undecided, and every run looks again`;
}

function slotLine({ slot, counts, issues, quarantine }: SlotReport): string {
  const inState = (asked: string): number => issues.filter(({ state }) => state === asked).length;
  const regressed = inState('regressed');
  const fresh = `${inState('new')} new${regressed > 0 ? `, ${regressed} regressed` : ''}`;
  const parts = [
    `${counts.analysed} pairs`,
    `${counts.mismatch} mismatch`,
    `${counts.inconclusive} inconclusive`,
    `${counts.match} match`,
    `${counts.match_agreed} agreed`,
    `${issues.length} issues (${fresh})`,
    ...(quarantine.length > 0 ? [`${quarantine.length} log lines quarantined`] : []),
    ...(counts.repeated > 0 ? [`${counts.repeated} analysed before`] : []),
  ];
  return `${slot}  ${parts.join(' · ')}`;
}
