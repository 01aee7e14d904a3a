import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { EXIT_CODES, type ExitCode } from '../../core/outcome.ts';
import type { CliCommand } from '../command.ts';
import { collectNames } from '../options.ts';
import type { Terminal } from '../terminal.ts';

interface GateOptions {
  readonly config: string;
  readonly policy: string;
  readonly json?: true;
  readonly quiet?: true;
  readonly output?: string;
  readonly format?: readonly string[];
}

export const command: CliCommand = {
  id: 'gate',
  summary: 'release validation: compare what a policy names, and give a verdict',
  examples: [
    {
      line: 'shadowcheck gate --policy sample-data/release.yaml --config sample-data/shadowcheck.yaml',
      shows: 'the verdict, rule by rule; exit code 0 pass, 1 fail, 3 inconclusive',
    },
  ],
  define: (command, run, terminal) => {
    command
      .requiredOption('--policy <file>', 'the policy: which jobs and partitions, rules, waivers, minima')
      .option('--config <file>', 'the config', 'shadowcheck.yaml')
      .option('--json', 'print the verdict with its evidence as JSON')
      .option('--quiet', 'print nothing; the exit code tells')
      .option('--output <folder>', 'write the verdict and a report of the run into this folder')
      .option('--format <formats>', 'of the report in --output: html, json, md, text', collectNames)
      .action((options: GateOptions) => run(() => gate(options, terminal)));
  },
};

async function gate(options: GateOptions, terminal: Terminal): Promise<ExitCode> {
  const { loadConfig } = await import('../../config/load.ts');
  const { loadPolicy } = await import('../../gate/policy.ts');
  const { runGate } = await import('../../service/run-gate.ts');
  const { printVerdict } = await import('../../gate/print-verdict.ts');
  const { formatsOf, writeFormats } = await import('../formats.ts');
  const { printJson } = await import('../print-json.ts');
  const { nodeFiles } = await import('../../store/files.ts');
  const formats = formatsOf(options.format ?? ['html', 'json']);
  const config = await loadConfig(resolve(terminal.cwd, options.config));
  const policy = await loadPolicy(resolve(terminal.cwd, options.policy));
  const { verdict, report } = await runGate(config, policy, {
    run_id: randomUUID(),
    now: new Date(),
    onPair: (done, total) => {
      if (!options.quiet) terminal.progress(`${policy.name}: ${done} of ${total} pairs`);
    },
  });
  terminal.progress('');
  if (options.output !== undefined) {
    const folder = resolve(terminal.cwd, options.output);
    const paths = await writeFormats(folder, 'gate', formats, (format) => format.slot(report), nodeFiles);
    const verdictPath = `${folder}/verdict.json`;
    await nodeFiles.replace(verdictPath, Buffer.from(`${JSON.stringify({ version: '0.1', ...verdict }, null, 2)}\n`));
    if (!options.quiet) for (const path of [verdictPath, ...paths]) terminal.tell(`wrote ${path}`);
  }
  if (options.json && !options.quiet) printJson(terminal, { version: '0.1', ...verdict, report });
  else if (!options.quiet) terminal.print(printVerdict(verdict));
  if (verdict.verdict === 'fail') return EXIT_CODES.mismatch;
  return verdict.verdict === 'pass' ? EXIT_CODES.ok : EXIT_CODES.inconclusive;
}
