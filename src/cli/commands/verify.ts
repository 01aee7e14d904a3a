import { resolve } from 'node:path';
import { printTrouble } from '../../core/operating-error.ts';
import { EXIT_CODES, type ExitCode } from '../../core/outcome.ts';
import type { Verified } from '../../detect/verify.ts';
import type { CliCommand } from '../command.ts';
import type { Terminal } from '../terminal.ts';

interface VerifyOptions {
  readonly config: string;
  readonly full?: true;
  readonly json?: true;
  readonly quiet?: true;
}

export const command: CliCommand = {
  id: 'verify',
  summary: 'list and compare everything again, and print each mismatch that the logs or reports have lost or doubled',
  examples: [
    {
      line: 'shadowcheck verify --config sample-data/live.yaml',
      shows: 'nothing, where nothing was lost',
    },
  ],
  define: (command, run, terminal) => {
    command
      .option('--config <file>', 'the config', 'shadowcheck.yaml')
      .option('--full', 'read every file again; without it, files that did not change count by their kept checksums')
      .option('--json', 'print what was found as JSON')
      .option('--quiet', 'print nothing')
      .action((options: VerifyOptions) => run(() => verify(options, terminal)));
  },
};

/** Exits 0 where nothing was lost, 1 where something was, 3 where something cannot be vouched for. */
async function verify(options: VerifyOptions, terminal: Terminal): Promise<ExitCode> {
  const { loadConfig } = await import('../../config/load.ts');
  const { runVerify } = await import('../../service/run-verify.ts');
  const { printJson } = await import('../print-json.ts');
  const config = await loadConfig(resolve(terminal.cwd, options.config));
  const run = await runVerify(config, options.full === true, {
    now: () => new Date(),
    onJob: (done, total) => {
      if (!options.quiet) terminal.progress(`${done} of ${total} jobs verified`);
    },
  });
  terminal.progress('');
  if (options.json && !options.quiet) printJson(terminal, { version: '0.1', ...run });
  else if (!options.quiet)
    for (const { loss, job, pairing, partition_key, comparison_id, text } of run.losses) {
      terminal.print(`${loss}  ${job}/${partition_key}  ${pairing}  ${comparison_id ?? '-'}  ${text}`);
    }
  if (!options.quiet) terminal.tell(summaryOf(run));
  for (const trouble of run.troubles) terminal.tell(printTrouble(trouble));
  if (run.losses.length > 0) return EXIT_CODES.mismatch;
  return run.troubles.length > 0 ? EXIT_CODES.inconclusive : EXIT_CODES.ok;
}

function summaryOf({ pairs, compared, waiting, moving, unseen, losses, troubles }: Verified): string {
  const nothingLost = troubles.length === 0 ? 'nothing lost' : 'nothing lost of what could be looked at';
  const parts = [
    `${pairs} pairs, ${compared} compared again`,
    ...(waiting > 0
      ? [waiting === 1 ? '1 entry waits for its analysis' : `${waiting} entries wait for their analysis`]
      : []),
    ...(moving > 0 ? [`${moving} being written, and left out`] : []),
    ...(unseen > 0 ? [`${unseen} not vouched for: a table of theirs cannot be listed`] : []),
    losses.length === 0 ? nothingLost : `${losses.length} lost or doubled`,
  ];
  return parts.join(' · ');
}
