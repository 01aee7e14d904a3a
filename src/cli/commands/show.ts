import { dirname, join, resolve } from 'node:path';
import type { Config } from '../../config/config.ts';
import { OperatingError } from '../../core/operating-error.ts';
import { EXIT_CODES, type ExitCode } from '../../core/outcome.ts';
import type { PairReport } from '../../report/pair-report.ts';
import type { SlotReport } from '../../report/slot-report.ts';
import type { AnalysedEvent, Catalog } from '../../store/catalog.ts';
import type { LoggedComparison } from '../../store/comparison-record.ts';
import type { CliCommand } from '../command.ts';
import type { Terminal } from '../terminal.ts';

interface ShowOptions {
  readonly config: string;
  readonly json?: true;
}

export const command: CliCommand = {
  id: 'show',
  summary: 'show a slot, a mismatch, an issue or a partition by its id',
  examples: [
    {
      line: 'shadowcheck show orders/ds=2026-11-19 --config sample-data/shadowcheck.yaml',
      shows: 'what was found about the partition, newest first, and the last report',
    },
  ],
  define: (command, run, terminal) => {
    command
      .argument('<id>', 'a slot (2026-11-21T01), a comparison id, an issue id, or <job>/<partition key>')
      .option('--config <file>', 'the config', 'shadowcheck.yaml')
      .option('--json', 'print it as JSON')
      .action((id: string, options: ShowOptions) => run(() => show(id, options, terminal)));
  },
};

/** Something that was found: as text for people, as a value for programs. */
interface Shown {
  readonly text: string;
  readonly value: unknown;
}

async function show(id: string, options: ShowOptions, terminal: Terminal): Promise<ExitCode> {
  const { loadConfig } = await import('../../config/load.ts');
  const { catalogExists, openCatalog } = await import('../../store/catalog.ts');
  const { printJson } = await import('../print-json.ts');
  const config = await loadConfig(resolve(terminal.cwd, options.config));
  const catalogPath = join(config.store, 'catalog.db');
  if (!catalogExists(catalogPath)) throw nothingFound(id, 'the store is empty: nothing was analysed yet');
  const catalog = openCatalog(catalogPath, { read_only: true });
  try {
    const shown =
      (await showSlot(id, config, terminal)) ??
      (await showComparison(id, config, catalog, terminal)) ??
      (await showIssue(id, catalog)) ??
      (await showPartition(id, config, catalog, terminal));
    if (shown === null) throw nothingFound(id, 'no slot, comparison, issue or partition of this id');
    if (options.json) printJson(terminal, shown.value);
    else terminal.print(shown.text);
    return EXIT_CODES.ok;
  } finally {
    catalog.close();
  }
}

function nothingFound(id: string, message: string): OperatingError {
  return new OperatingError(EXIT_CODES.usage, {
    code: 'not_found',
    subject: id,
    message,
    hint: 'the index page and `shadowcheck analyze` name what there is',
  });
}

async function readSlot(config: Config, slot: string): Promise<SlotReport | null> {
  const { nodeFiles } = await import('../../store/files.ts');
  const { slotReportSchema } = await import('../../report/slot-report.ts');
  const path = join(config.store, 'reports', slot, 'report.json');
  const bytes = await nodeFiles.read(path);
  if (bytes === null) return null;
  try {
    return slotReportSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (error) {
    // Also what `parse` says is left out: it may quote values of the data.
    const trouble = {
      code: 'report_unreadable',
      subject: path,
      message: 'the report is damaged, or of a version that this shadowcheck cannot read',
      hint: 'the pages beside it can still be read; bring the file back from a copy',
    };
    throw new OperatingError(EXIT_CODES.inconclusive, trouble, { cause: error });
  }
}

async function formatText(
  terminal: Terminal,
): Promise<{ pair: (report: PairReport) => string; slot: (report: SlotReport) => string }> {
  const { textFormat } = await import('../../report/formats/text.ts');
  const context = { back_href: null, history: null, color: terminal.color, width: terminal.width };
  return { pair: (report) => textFormat.pair(report, context), slot: (report) => textFormat.slot(report) };
}

async function showSlot(id: string, config: Config, terminal: Terminal): Promise<Shown | null> {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}(-\d+)?$/.test(id)) return null;
  const slot = await readSlot(config, id);
  return slot === null ? null : { text: (await formatText(terminal)).slot(slot), value: slot };
}

async function showComparison(id: string, config: Config, catalog: Catalog, terminal: Terminal): Promise<Shown | null> {
  const event = catalog.event(id);
  if (event === null) return comparedOnly(id, catalog);
  const slot = await readSlot(config, event.slot_id);
  const pair = slot?.pairs.find(({ comparison_id }) => comparison_id === id);
  if (pair === undefined) throw nothingFound(id, `its report is gone from ${dirname(event.report_path)}`);
  return { text: (await formatText(terminal)).pair(pair), value: pair };
}

/** A match is in no mismatch log and has no report; what the comparison itself recorded is all there is. */
function comparedOnly(id: string, catalog: Catalog): Shown | null {
  const comparison = catalog.comparisonById(id);
  if (comparison === null) return null;
  const { job, partition_key } = comparison;
  const isOwed = comparison.outcome === 'mismatch' || comparison.outcome === 'inconclusive';
  const lines = [
    `${job}/${partition_key}  ${comparedLine(comparison)}`,
    ...(isOwed ? ['not analysed yet: `shadowcheck analyze` writes its report'] : []),
  ];
  return { text: lines.join('\n'), value: comparisonValue(comparison) };
}

async function showIssue(id: string, catalog: Catalog): Promise<Shown | null> {
  const { goneText } = await import('../../report/words.ts');
  const issue = catalog.issueById(id);
  if (issue === null) return null;
  const occurrences = catalog.occurrencesOf(id, 50);
  const lines = [
    `${issue.state}  ${issue.title}  [${issue.cause}]`,
    `owner ${issue.owner ?? 'nobody yet'}${issue.link === null ? '' : ` · ${issue.link}`}`,
    `first seen ${day(issue.first_seen_ms)}, last seen ${day(issue.last_seen_ms)}`,
    ...(issue.state === 'resolved' ? [goneText(issue.gone_since_ms === null ? null : day(issue.gone_since_ms))] : []),
    ...(issue.state === 'regressed' ? ['regressed: it was gone, and has come back'] : []),
    ...occurrences.map(
      (one) => `  ${one.job}/${one.partition_key}  ${one.explained} ${one.unit}  ${one.comparison_id}`,
    ),
  ];
  return { text: lines.join('\n'), value: { ...issue, occurrences } };
}

async function showPartition(id: string, config: Config, catalog: Catalog, terminal: Terminal): Promise<Shown | null> {
  const { parsePartitionKey, printPartitionKey } = await import('../../core/partition-key.ts');
  const job = [...config.jobs.keys()]
    .filter((name) => id === name || id.startsWith(`${name}/`))
    .sort((a, b) => b.length - a.length)[0];
  if (job === undefined) return null;
  const key = id === job ? null : parsePartitionKey(id.slice(job.length + 1));
  const partition_key = key === null ? null : printPartitionKey(key);
  const events = catalog.eventsOf(job, partition_key, 50);
  const comparisons = partition_key === null ? [] : await comparisonsOf(job, partition_key, config, catalog);
  if (events.length === 0 && comparisons.length === 0)
    throw nothingFound(id, 'it was never compared, and no mismatch of it was ever analysed');
  const lines = events.map(
    (event) =>
      `${event.slot_id}  ${event.partition_key}  ${ofPairing(event.pairing)}${outcomeText(event)}  ${event.comparison_id}`,
  );
  const compared = comparisons.map(comparedLine);
  const [newest] = events;
  const last =
    partition_key === null || newest === undefined
      ? null
      : await showComparison(newest.comparison_id, config, catalog, terminal);
  return {
    text: [...compared, ...lines, ...(last === null ? [] : ['', last.text])].join('\n'),
    value: { job, events, comparisons: comparisons.map(comparisonValue), last: last?.value ?? null },
  };
}

const COMPARISONS_SHOWN = 20;

/** Of every pairing that the job has, the newest first. */
async function comparisonsOf(
  job: string,
  partition_key: string,
  config: Config,
  catalog: Catalog,
): Promise<readonly LoggedComparison[]> {
  const { pairingsOf } = await import('../../config/pairings.ts');
  const known = config.jobs.get(job);
  const names = known === undefined ? [] : pairingsOf(known).map(({ name }) => name);
  return names
    .flatMap((pairing) => catalog.comparisonsOf(job, pairing, partition_key, COMPARISONS_SHOWN))
    .sort((one, other) => other.compared_at_ms - one.compared_at_ms);
}

/** Without the landings, whose ids it has. */
function comparisonValue({ landings: _landings, ...comparison }: LoggedComparison): unknown {
  return { ...comparison, compared_at: new Date(comparison.compared_at_ms).toISOString() };
}

function comparedLine(comparison: LoggedComparison): string {
  const { compared_at_ms, pairing, comparison_id } = comparison;
  const outcome = outcomeText(comparison) + agreementText(comparison);
  return `compared ${day(compared_at_ms)}  ${ofPairing(pairing)}${outcome}  ${comparison_id}`;
}

function outcomeText({ outcome, inconclusive_reason }: Pick<AnalysedEvent, 'outcome' | 'inconclusive_reason'>): string {
  return `${outcome}${inconclusive_reason === null ? '' : ` (${inconclusive_reason})`}`;
}

/** A copy agrees with what it was copied from. */
function agreementText({ outcome, landings }: LoggedComparison): string {
  const isMatch = outcome === 'match' || outcome === 'match_agreed';
  const isSeeded = [landings.production, landings.shadow].some((landing) => landing?.run_kind === 'seeded');
  return isMatch && isSeeded ? ', which proves nothing: a side was copied from the other system' : '';
}

function ofPairing(pairing: string): string {
  return pairing === 'migration' ? '' : `${pairing}  `;
}

function day(timeMs: number): string {
  return `${new Date(timeMs).toISOString().replace('T', ' ').slice(0, 16)} UTC`;
}
