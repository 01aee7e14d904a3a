import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { messageOf, type OperatingError } from '../../core/operating-error.ts';
import { EXIT_CODES, type ExitCode } from '../../core/outcome.ts';
import type { SlotReport } from '../../report/slot-report.ts';
import type { CliCommand } from '../command.ts';
import { untilTerminated } from '../endings.ts';
import type { Terminal } from '../terminal.ts';

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
        run(() => (options.hourly ? analyzeHourly(options, terminal) : analyze(options, terminal))),
      );
  },
};

/** Exits 0 when everything that was owed is reported, whatever the reports say. */
async function analyze(options: AnalyzeOptions, terminal: Terminal): Promise<ExitCode> {
  const { loadConfig } = await import('../../config/load.ts');
  const { openLog } = await import('../../service/log.ts');
  const { analyzeMismatches } = await import('../../../jobs/analyze-mismatches.ts');
  const { isAlive } = await import('../../service/process.ts');
  const { printJson } = await import('../print-json.ts');
  const config = await loadConfig(resolve(terminal.cwd, options.config));
  const run = await analyzeMismatches.run(config, {
    log: openLog(options.verbose ? 'info' : 'error', { run: `${hostname()}-${process.pid}` }),
    now: () => new Date(),
    holder: { host: hostname(), pid: process.pid },
    isAlive,
    onProgress: ({ slot, done, total }) => {
      if (!options.quiet) terminal.progress(`${slot}: ${done} of ${total} pairs`);
    },
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

/** Ends well on SIGTERM, after the slot that is under way. What a run cannot do is told, and tried again in the next hour. */
async function analyzeHourly(options: AnalyzeOptions, terminal: Terminal): Promise<ExitCode> {
  const { ringHourly } = await import('../../service/hourly.ts');
  const { loadConfig } = await import('../../config/load.ts');
  await loadConfig(resolve(terminal.cwd, options.config)); // a config that cannot be read is no reason to wait an hour
  const ring = async (): Promise<void> => {
    await analyze(options, terminal);
  };
  const bell = ringHourly(
    ring,
    () => new Date(),
    (error) => terminal.tell(messageOf(error)),
  );
  await untilTerminated();
  await bell.stop();
  return EXIT_CODES.ok;
}

function undecidedLine(undecided: number): string {
  const entries = undecided === 1 ? '1 entry stays' : `${undecided} entries stay`;
  return `${entries} undecided, and every run looks again`;
}

function slotLine({ slot, counts, issues, quarantine }: SlotReport): string {
  const fresh = issues.filter(({ state }) => state !== 'known').length;
  const parts = [
    `${counts.analysed} pairs`,
    `${counts.mismatch} mismatch`,
    `${counts.inconclusive} inconclusive`,
    `${counts.match} match`,
    `${counts.match_agreed} agreed`,
    `${issues.length} issues (${fresh} new)`,
    ...(quarantine.length > 0 ? [`${quarantine.length} log lines quarantined`] : []),
    ...(counts.repeated > 0 ? [`${counts.repeated} analysed before`] : []),
  ];
  return `${slot}  ${parts.join(' · ')}`;
}
