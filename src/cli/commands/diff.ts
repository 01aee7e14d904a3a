import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { AnalysisRequest } from '../../analyze/request.ts';
import { type ExitCode, exitCodeOfOutcome, exitCodeOfOutcomes } from '../../core/outcome.ts';
import type { ReportFormat } from '../../report/format.ts';
import type { PairReport } from '../../report/pair-report.ts';
import { inTemporaryFolder } from '../../store/temporary-folder.ts';
import type { CliCommand } from '../command.ts';
import { type DiffOptions, requestOf } from '../diff-request.ts';
import { collect, collectNames, collectOptional, Problems, parseBytes, parseTime } from '../options.ts';
import type { Terminal } from '../terminal.ts';

export const command: CliCommand = {
  id: 'diff',
  summary: 'compare two files, globs or folders, and say why they differ',
  examples: [
    {
      line: 'shadowcheck diff sample-data/warehouse/production/orders/ds=2026-11-20 sample-data/warehouse/shadow/orders/ds=2026-11-20 --key order_id',
      shows: 'one partition pair, with the causes of its differences',
    },
    {
      line: 'shadowcheck diff sample-data/warehouse/production/payments sample-data/warehouse/shadow/payments --by-partition --key order_id,attempt',
      shows: 'all partitions of two table folders, one line each',
    },
  ],
  define: (command, run, terminal) => {
    defineOptions(command).action((production: string, shadow: string, options: DiffOptions) =>
      run(() => diff(production, shadow, options, terminal)),
    );
  },
};

function defineOptions(command: Command): Command {
  return command
    .argument('<production>', 'a file, a glob or a folder: what is believed')
    .argument('<shadow>', 'the same for the other side')
    .option(
      '-k, --key <columns>',
      'columns that name a row; comma or repeat for several; left out: inferred',
      collectNames,
    )
    .option('--no-key', 'compare without a key: rows are a multiset')
    .option('-c, --columns <columns>', 'compare only these (and the key)', collectNames)
    .option('--ignore <columns>', 'leave these out', collectNames)
    .option('-w, --where <condition>', 'only rows for which this SQL condition holds, on both sides')
    .option('--where-production <condition>', 'the same on production only')
    .option('--where-shadow <condition>', 'the same on shadow only')
    .option('--rename <production=shadow>', 'a column that is called otherwise in shadow', collect)
    .option('--abs-tol <number>', 'numbers agree within this: 0.01; price=0.01 for a column, type:float=0.01', collect)
    .option('--rel-tol <share>', 'the same, as a share of the larger number', collect)
    .option('--time-tol <time>', 'dates and times agree within this: 2s, 500ms; seen_at=2s for a column', collect)
    .option('--trim [columns]', 'white space at both ends of text does not count; alone: of all text', collectOptional)
    .option('--ignore-case [columns]', 'the case of text does not count', collectOptional)
    .option('--unicode [columns]', 'the Unicode form of text does not count (NFC)', collectOptional)
    .option(
      '--json-canonical [columns]',
      'order of keys, white space and notation of JSON do not count',
      collectOptional,
    )
    .option('--unordered-lists [columns]', 'the order of the members of a list does not count', collectOptional)
    .option('--number-text [columns]', 'text that is a number counts as the number', collectOptional)
    .option('--expression <column=sql>', 'compare this SQL in the place of the column, on both sides', collect)
    .option('--expression-production <column=sql>', 'the same on production only', collect)
    .option('--expression-shadow <column=sql>', 'the same on shadow only', collect)
    .option('--checksum <kind>', 'fast, or strong: equality is proved by a cryptographic digest too', 'fast')
    .option('--explain', 'tell how the two were compared, and how sure the answer is')
    .option('--sample <share>', 'compare this share of the keys, the same ones on both sides: 5%')
    .option('--limit <rows>', 'most example rows', '20')
    .option('--reference <side>', 'the side that is believed: production or shadow', 'production')
    .option('--known-issues <file>', 'YAML of issues that are known already', collect)
    .option(
      '--raw',
      'show values of sensitive columns as they are; else e-mails, phone and card numbers stand as tokens',
    )
    .option('--by-partition', 'compare two folders partition by partition')
    .option('--dry-run', 'print the SQL that would compare the two, and stop')
    .option('--json', 'print the result as JSON')
    .option('--quiet', 'print nothing; the exit code tells')
    .option('--verbose', 'tell each step on stderr')
    .option('--output <folder>', 'write reports into this folder')
    .option('--format <formats>', 'of the reports in --output: html, json, md, text', collectNames)
    .option('--threads <number>', 'threads of the engine; default: all cores')
    .option('--timeout <duration>', 'give up after this (30s, 10m); runs the work in a child process')
    .option('--memory-limit <size>', 'ceiling on resident memory (2GB); runs the work in a child process');
}

async function diff(production: string, shadow: string, options: DiffOptions, terminal: Terminal): Promise<ExitCode> {
  const { formatsOf } = await import('../formats.ts');
  const formats = formatsOf(options.format ?? ['html', 'json']);
  return inTemporaryFolder('shadowcheck-', async (spill) => {
    const request = await requestOf(production, shadow, options, spill, terminal);
    if (options.dryRun) {
      const { dryRun } = await import('../dry-run.ts');
      return dryRun(request, { by_partition: options.byPartition === true, quiet: options.quiet === true }, terminal);
    }
    return options.byPartition
      ? diffByPartition(request, formats, options, terminal)
      : diffOne(request, formats, options, terminal);
  });
}

async function diffOne(
  request: AnalysisRequest,
  formats: readonly ReportFormat[],
  options: DiffOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { formatsOf, writeFormats } = await import('../formats.ts');
  const { analyzeHere } = await import('../analyze-here.ts');
  const report = await analyzeHere(request, limitsOf(options), (step) => tellStep(step, options, terminal));
  terminal.progress('');
  const context = { back_href: null, history: null, color: terminal.color, width: terminal.width };
  if (options.output !== undefined) {
    const { nodeFiles } = await import('../../store/files.ts');
    const paths = await writeFormats(
      resolve(terminal.cwd, options.output),
      'report',
      formats,
      (format) => format.pair(report, context),
      nodeFiles,
    );
    if (!options.quiet) for (const path of paths) terminal.tell(`wrote ${path}`);
  }
  if (!options.quiet) {
    const [text] = formatsOf([options.json ? 'json' : 'text']);
    terminal.print(text?.pair(report, context) ?? '');
    if (options.explain && !options.json) {
      const { explainPair } = await import('../../report/explain.ts');
      terminal.print(`\n${explainPair(report)}`);
    }
  }
  return exitCodeOfOutcome(report.outcome);
}

async function diffByPartition(
  request: AnalysisRequest,
  formats: readonly ReportFormat[],
  options: DiffOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { pairPartitions } = await import('../../analyze/pair-partitions.ts');
  const { analyzeHere } = await import('../analyze-here.ts');
  const pairs: PairReport[] = [];
  for (const { partition_key, landings } of await pairPartitions(request.landings)) {
    const pair = { ...request, partition_key, landings, spill: join(request.spill, String(pairs.length)) };
    pairs.push(
      await analyzeHere(pair, limitsOf(options), (step) => tellStep(`${partition_key}: ${step}`, options, terminal)),
    );
  }
  terminal.progress('');
  const { answerOf } = await import('../../report/answer.ts');
  const { render } = await import('../../report/render.ts');
  const { printJson } = await import('../print-json.ts');
  if (options.output !== undefined) await writePairPages(pairs, formats, options, terminal);
  if (options.json && !options.quiet) printJson(terminal, { version: '0.1', pairs });
  else if (!options.quiet) {
    const explain = options.explain ? (await import('../../report/explain.ts')).explainPair : null;
    for (const pair of pairs) {
      terminal.print(`${render(pair.partition_key, 'terminal')}  ${pair.outcome}  ${answerOf(pair).headline}`);
      if (explain !== null) terminal.print(`\n${explain(pair)}`);
    }
    if (pairs.length === 0) terminal.print('no partitions on either side: nothing was compared');
  }
  return pairs.length === 0
    ? exitCodeOfOutcome('inconclusive')
    : exitCodeOfOutcomes(pairs.map(({ outcome }) => outcome));
}

async function writePairPages(
  pairs: readonly PairReport[],
  formats: readonly ReportFormat[],
  options: DiffOptions,
  terminal: Terminal,
): Promise<void> {
  const { writeFormats } = await import('../formats.ts');
  const { nodeFiles } = await import('../../store/files.ts');
  const { slugOf } = await import('../../report/slug.ts');
  const folder = resolve(terminal.cwd, options.output ?? '.');
  const context = { back_href: null, history: null, color: false, width: terminal.width };
  for (const pair of pairs) {
    await writeFormats(
      folder,
      slugOf(pair.partition_key ?? 'all'),
      formats,
      (format) => format.pair(pair, context),
      nodeFiles,
    );
  }
  if (!options.quiet) terminal.tell(`wrote ${pairs.length} reports into ${folder}`);
}

function limitsOf(options: DiffOptions): { timeout_ms: number | null; memory_bytes: number | null } {
  const problems = new Problems();
  return {
    timeout_ms: parseTime('--timeout', options.timeout, problems),
    memory_bytes: parseBytes('--memory-limit', options.memoryLimit, problems),
  };
}

function tellStep(step: string, options: DiffOptions, terminal: Terminal): void {
  if (options.verbose) terminal.tell(step);
  else if (!options.quiet) terminal.progress(step);
}
