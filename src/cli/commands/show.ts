import { dirname, join, resolve } from 'node:path';
import type { Config } from '../../config/config.ts';
import { OperatingError } from '../../core/operating-error.ts';
import { EXIT_CODES, type ExitCode } from '../../core/outcome.ts';
import type { PairReport } from '../../report/pair-report.ts';
import type { SlotReport } from '../../report/slot-report.ts';
import type { Catalog } from '../../store/catalog.ts';
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
      showIssue(id, catalog) ??
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
  if (event === null) return null;
  const slot = await readSlot(config, event.slot_id);
  const pair = slot?.pairs.find(({ comparison_id }) => comparison_id === id);
  if (pair === undefined) throw nothingFound(id, `its report is gone from ${dirname(event.report_path)}`);
  return { text: (await formatText(terminal)).pair(pair), value: pair };
}

function showIssue(id: string, catalog: Catalog): Shown | null {
  const issue = catalog.issueById(id);
  if (issue === null) return null;
  const occurrences = catalog.occurrencesOf(id, 50);
  const lines = [
    `${issue.state}  ${issue.title}  [${issue.cause}]`,
    `owner ${issue.owner ?? 'nobody yet'}${issue.link === null ? '' : ` · ${issue.link}`}`,
    `first seen ${day(issue.first_seen_ms)}, last seen ${day(issue.last_seen_ms)}`,
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
  const events = catalog.eventsOf(job, key === null ? null : printPartitionKey(key), 50);
  if (events.length === 0) throw nothingFound(id, 'no mismatch of it was ever analysed');
  const lines = events.map(
    (event) =>
      `${event.slot_id}  ${event.partition_key}  ${event.outcome}${event.inconclusive_reason === null ? '' : ` (${event.inconclusive_reason})`}  ${event.comparison_id}`,
  );
  const last = key === null ? null : await showComparison(events[0]?.comparison_id ?? '', config, catalog, terminal);
  return {
    text: [...lines, ...(last === null ? [] : ['', last.text])].join('\n'),
    value: { job, events, last: last?.value ?? null },
  };
}

function day(timeMs: number): string {
  return new Date(timeMs).toISOString().replace('T', ' ').slice(0, 16);
}
