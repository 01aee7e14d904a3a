import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { AnalysisRequest } from '../../analyze/request.ts';
import { type ExitCode, exitCodeOfOutcome, exitCodeOfOutcomes } from '../../core/outcome.ts';
import { PLAIN_SPEC, type Spec } from '../../core/spec.ts';
import type { PairReport } from '../../report/pair-report.ts';
import type { CliCommand } from '../command.ts';
import {
  collect,
  collectNames,
  collectOptional,
  Problems,
  parseBytes,
  parseDuration,
  parseNormalise,
  parseShare,
  parseTolerances,
  parseWhole,
} from '../options.ts';
import type { Terminal } from '../terminal.ts';

interface DiffOptions {
  readonly key?: readonly string[];
  readonly columns?: readonly string[];
  readonly ignore?: readonly string[];
  readonly where?: string;
  readonly whereProduction?: string;
  readonly whereShadow?: string;
  readonly absTol?: readonly string[];
  readonly relTol?: readonly string[];
  readonly trim?: readonly (string | true)[];
  readonly ignoreCase?: readonly (string | true)[];
  readonly rename?: readonly string[];
  readonly sample?: string;
  readonly limit?: string;
  readonly reference?: string;
  readonly knownIssues?: readonly string[];
  readonly raw?: true;
  readonly byPartition?: true;
  readonly dryRun?: true;
  readonly json?: true;
  readonly quiet?: true;
  readonly verbose?: true;
  readonly output?: string;
  readonly format?: readonly string[];
  readonly threads?: string;
  readonly timeout?: string;
  readonly memoryLimit?: string;
}

export const command: CliCommand = {
  id: 'diff',
  summary: 'compare two files, globs or folders, and say why they differ',
  examples: [
    {
      line: 'shadowcheck diff sample-data/warehouse/production/orders/ds=2026-11-20 sample-data/warehouse/shadow/orders/ds=2026-11-20 --key order_id',
      shows: 'one partition pair, with the causes of its differences',
    },
    {
      line: 'shadowcheck diff sample-data/warehouse/production/payments sample-data/warehouse/shadow/payments --by-partition --key merchant_id,payment_no',
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
      'columns that name a row; comma or repeat for several; none: rows are a multiset',
      collectNames,
    )
    .option('-c, --columns <columns>', 'compare only these (and the key)', collectNames)
    .option('--ignore <columns>', 'leave these out', collectNames)
    .option('-w, --where <condition>', 'only rows for which this SQL condition holds, on both sides')
    .option('--where-production <condition>', 'the same on production only')
    .option('--where-shadow <condition>', 'the same on shadow only')
    .option('--rename <production=shadow>', 'a column that is called otherwise in shadow', collect)
    .option('--abs-tol <number>', 'numbers agree within this: 0.01, or price=0.01 for one column', collect)
    .option('--rel-tol <share>', 'the same relative to the larger number', collect)
    .option('--trim [column]', 'leave white space at both ends out of text', collectOptional)
    .option('--ignore-case [column]', 'compare text without regard to case', collectOptional)
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
    .option('--format <formats>', 'of the reports there: html, json, md, text', collectNames)
    .option('--threads <number>', 'threads of the engine; default: all cores')
    .option('--timeout <duration>', 'give up after this (30s, 10m); runs the work in a child process')
    .option('--memory-limit <size>', 'ceiling on resident memory (2GB); runs the work in a child process');
}

async function diff(production: string, shadow: string, options: DiffOptions, terminal: Terminal): Promise<ExitCode> {
  const spill = await mkdtemp(join(tmpdir(), 'shadowcheck-'));
  // What was converted is data of others: it goes when the command is interrupted, too.
  const removeSpill = (): void => rmSync(spill, { recursive: true, force: true });
  process.once('exit', removeSpill);
  try {
    const request = await requestOf(production, shadow, options, spill, terminal);
    return options.byPartition
      ? await diffByPartition(request, options, terminal)
      : await diffOne(request, options, terminal);
  } finally {
    removeSpill();
    process.off('exit', removeSpill);
  }
}

async function requestOf(
  production: string,
  shadow: string,
  options: DiffOptions,
  spill: string,
  terminal: Terminal,
): Promise<AnalysisRequest> {
  const problems = new Problems();
  const spec = specOf(options, problems);
  const limit = parseWhole('--limit', options.limit, 0, problems) ?? 20;
  const threads = parseWhole('--threads', options.threads, 1, problems) ?? availableParallelism();
  const memory = parseBytes('--memory-limit', options.memoryLimit, problems);
  parseDuration('--timeout', options.timeout, problems);
  const reference = options.reference ?? 'production';
  if (reference !== 'production' && reference !== 'shadow')
    problems.add(`--reference ${reference}`, 'is no side', 'production or shadow');
  problems.throwIfAny();
  const { requireLocation } = await import('../../partition/files.ts');
  const locations = { production: resolve(terminal.cwd, production), shadow: resolve(terminal.cwd, shadow) };
  for (const location of Object.values(locations)) await requireLocation(location);
  const { loadKnownIssues } = await import('../../config/known-issues.ts');
  const landing = (side: 'production' | 'shadow') =>
    ({ side, location: locations[side], system: null, build: null, landed: { marker: null }, format: null }) as const;
  return {
    comparison_id: null,
    job: null,
    owner: null,
    pairing: null,
    partition_key: null,
    landings: { production: landing('production'), shadow: landing('shadow') },
    unreadable: null,
    reference_side: reference === 'shadow' ? 'shadow' : 'production',
    spec,
    examples: limit,
    privacy: {
      mode: options.raw ? 'raw' : 'mask_sensitive',
      sensitive: [],
      token_key: randomBytes(32).toString('hex'),
    },
    known_issues: await loadKnownIssues((options.knownIssues ?? []).map((path) => resolve(terminal.cwd, path))),
    today: new Date().toISOString().slice(0, 10),
    threads,
    // The engine's own limit leaves room for what it does not count below the ceiling that the parent enforces.
    memory_bytes: memory === null ? null : BigInt(Math.round(memory * ENGINE_SHARE)),
    spill,
  };
}

const ENGINE_SHARE = 0.6;

function specOf(options: DiffOptions, problems: Problems): Spec {
  const tolerance = parseTolerances(options.absTol ?? [], options.relTol ?? [], problems);
  const key = options.key ?? [];
  if (tolerance.length > 0 && key.length === 0)
    problems.add('--abs-tol, --rel-tol', 'a tolerance needs a key', 'name the key with --key');
  const renamed = (options.rename ?? []).flatMap((text) => {
    const at = text.indexOf('=');
    if (at > 0 && at < text.length - 1) return [{ production: text.slice(0, at), shadow: text.slice(at + 1) }];
    problems.add(`--rename ${text}`, 'is no pair of names', 'production_name=shadow_name');
    return [];
  });
  return {
    ...PLAIN_SPEC,
    key,
    columns: options.columns ?? null,
    ignore: options.ignore ?? [],
    renamed,
    tolerance,
    normalise: parseNormalise(options.trim ?? [], options.ignoreCase ?? []),
    where: {
      production: options.whereProduction ?? options.where ?? null,
      shadow: options.whereShadow ?? options.where ?? null,
    },
    sample: parseShare(options.sample, problems),
  };
}

async function diffOne(request: AnalysisRequest, options: DiffOptions, terminal: Terminal): Promise<ExitCode> {
  if (options.dryRun) return dryRun(request, terminal);
  const { formatsOf, writeFormats } = await import('../formats.ts');
  const formats = formatsOf(options.format ?? ['html', 'json']);
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
  }
  return exitCodeOfOutcome(report.outcome);
}

async function diffByPartition(request: AnalysisRequest, options: DiffOptions, terminal: Terminal): Promise<ExitCode> {
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
  const { escapeUnseen, render } = await import('../../report/render.ts');
  if (options.output !== undefined) await writePairPages(pairs, options, terminal);
  if (options.json) terminal.print(escapeUnseen(JSON.stringify({ version: '0.1', pairs })));
  else if (!options.quiet) {
    for (const pair of pairs) {
      terminal.print(`${render(pair.partition_key, 'terminal')}  ${pair.outcome}  ${answerOf(pair).headline}`);
    }
    if (pairs.length === 0) terminal.print('no partitions on either side: nothing was compared');
  }
  return pairs.length === 0
    ? exitCodeOfOutcome('inconclusive')
    : exitCodeOfOutcomes(pairs.map(({ outcome }) => outcome));
}

async function writePairPages(pairs: readonly PairReport[], options: DiffOptions, terminal: Terminal): Promise<void> {
  const { formatsOf, writeFormats } = await import('../formats.ts');
  const { nodeFiles } = await import('../../store/files.ts');
  const { slugOf } = await import('../../report/slug.ts');
  const folder = resolve(terminal.cwd, options.output ?? '.');
  const context = { back_href: null, history: null, color: false, width: terminal.width };
  for (const pair of pairs) {
    await writeFormats(
      folder,
      slugOf(pair.partition_key ?? 'all'),
      formatsOf(options.format ?? ['html', 'json']),
      (format) => format.pair(pair, context),
      nodeFiles,
    );
  }
  if (!options.quiet) terminal.tell(`wrote ${pairs.length} reports into ${folder}`);
}

async function dryRun(request: AnalysisRequest, terminal: Terminal): Promise<ExitCode> {
  const { explainSql } = await import('../../analyze/explain-sql.ts');
  const { openDuckdb } = await import('../../engine/duckdb.ts');
  for (const [name, text] of Object.entries(await explainSql(request, openDuckdb)))
    terminal.print(`-- ${name}\n${text};\n`);
  return 0;
}

function limitsOf(options: DiffOptions): { timeout_ms: number | null; memory_bytes: number | null } {
  const problems = new Problems();
  return {
    timeout_ms: parseDuration('--timeout', options.timeout, problems),
    memory_bytes: parseBytes('--memory-limit', options.memoryLimit, problems),
  };
}

function tellStep(step: string, options: DiffOptions, terminal: Terminal): void {
  if (options.verbose) terminal.tell(step);
  else if (!options.quiet) terminal.progress(step);
}
