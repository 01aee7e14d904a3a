/**
 * One slot, from its claimed log segments to published reports and the commit that makes them count.
 *
 *   claimed ─► entries read ─► pairs analysed ─► pages written ─► report.json published ─► debug log ─► committed
 *
 * A crash before `report.json` leaves pages that nothing links to; the next try writes them again. A crash after it
 * leaves a finished analysis: the next try takes the published report as it is and only finishes the rest. So a slot
 * has one report whatever is killed, and an entry is analysed in exactly one slot, because the events are recorded in
 * the transaction that commits it.
 */
import { join, relative } from 'node:path';
import { requestLocations } from '../config/landing-of.ts';
import type { Mismatch } from '../core/mismatch.ts';
import { OperatingError } from '../core/operating-error.ts';
import type { OpenEngine } from '../engine/engine.ts';
import { htmlFormat } from '../report/formats/html.ts';
import { jsonFormat } from '../report/formats/json.ts';
import { markdownFormat } from '../report/formats/markdown.ts';
import type { PairReport } from '../report/pair-report.ts';
import { buildSlotReport } from '../report/slot.ts';
import { type SlotReport, slotReportSchema } from '../report/slot-report.ts';
import type { Catalog, Lease, Slot, SlotRecord } from '../store/catalog.ts';
import { debugSegment } from '../store/debug-log.ts';
import type { FilePort } from '../store/files.ts';
import { segmentPath } from '../store/mismatch-log.ts';
import { readSegment } from '../store/mismatch-reader.ts';
import { debugRowsOf } from './debug-rows.ts';
import { questionOf, type RunSetting, requestOf } from './entry-request.ts';
import { reportOrInconclusive } from './inconclusive-report.ts';
import { partitionHistory } from './partition-history.ts';
import type { AnalysisRequest } from './request.ts';
import { dateIssues, type IssueHistory, slotRecordOf } from './slot-record.ts';

export interface SlotContext {
  readonly catalog: Catalog;
  readonly lease: Lease;
  readonly setting: RunSetting;
}

export interface SlotEffects {
  readonly files: FilePort;
  readonly openEngine: OpenEngine;
  /** Analyses one pair, here or in a child process. */
  readonly runPair: (request: AnalysisRequest) => Promise<PairReport>;
  readonly now: () => Date;
  readonly onPair: (done: number, total: number, report: PairReport) => void;
}

/** Works one claimed slot off. Safe to repeat after any crash; throws OperatingError `lease_lost` if another took over. */
export async function analyzeSlot(slot: Slot, context: SlotContext, effects: SlotEffects): Promise<SlotReport> {
  const { config } = context.setting;
  const folder = join(config.store, 'reports', slot.id);
  const intent = context.catalog.intend('slot', slot.id, folder, effects.now().getTime());
  const reportPath = join(folder, 'report.json');

  let report = await readPublished(reportPath, effects.files);
  if (report === null) {
    const analysed = await analyzeEntries(slot, context, effects, new Date(intent.logged_at_ms));
    await writePages(folder, analysed, context, effects.files);
    await effects.files.publish(reportPath, Buffer.from(jsonFormat.slot(analysed)));
    report = await readPublished(reportPath, effects.files);
    if (report === null) throw new Error(`${reportPath} was published and is not there`);
  }
  const rows = debugRowsOf(report);
  if (rows.length > 0) {
    const path = join(config.store, segmentPath('debug', new Date(intent.logged_at_ms), slot.id));
    await effects.files.publish(path, await debugSegment(rows));
  }
  const record: SlotRecord = slotRecordOf(report, relative(config.store, folder));
  context.catalog.commitSlot(slot, context.lease, record, effects.now().getTime());
  return report;
}

async function readPublished(path: string, files: FilePort): Promise<SlotReport | null> {
  const bytes = await files.read(path);
  return bytes === null ? null : slotReportSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
}

async function analyzeEntries(
  slot: Slot,
  context: SlotContext,
  effects: SlotEffects,
  generatedAt: Date,
): Promise<SlotReport> {
  const { entries, quarantine, repeated } = await collectEntries(slot, context, effects.openEngine);
  const history: IssueHistory = { firstSeen: (id) => context.catalog.firstSeen(id) };
  let done = 0;
  const pairs = await Promise.all(
    entries.map(async (entry) => {
      const report = await analyzeEntry(entry, context.setting, effects);
      done += 1;
      effects.onPair(done, entries.length, report);
      return dateIssues(report, entry, history);
    }),
  );
  return buildSlotReport({ slot: slot.id, generated_at: generatedAt.toISOString(), pairs, quarantine, repeated });
}

interface CollectedEntries {
  readonly entries: readonly Mismatch[];
  readonly quarantine: SlotReport['quarantine'];
  readonly repeated: number;
}

/** Every entry of the slot's segments once: one that an earlier slot analysed, or that stands twice, is counted as repeated. */
async function collectEntries(
  slot: Slot,
  { catalog, setting }: SlotContext,
  openEngine: OpenEngine,
): Promise<CollectedEntries> {
  const entries = new Map<string, Mismatch>();
  const quarantine: SlotReport['quarantine'] = [];
  let repeated = 0;
  for (const segment of slot.segments) {
    const read = await readSegment(segment, openEngine);
    quarantine.push(...read.quarantined.map((row) => ({ ...row })));
    for (const entry of read.entries) {
      const refusal = refusalOf(entry, setting);
      if (refusal !== null) {
        quarantine.push({ log: segment.log, place: `${entry.job}/${entry.partition_key}`, reason: refusal });
      } else if (entries.has(entry.comparison_id)) repeated += 1;
      else entries.set(entry.comparison_id, entry);
    }
  }
  const analysed = catalog.analysedEvents([...entries.keys()]);
  for (const id of analysed) entries.delete(id);
  return { entries: [...entries.values()], quarantine, repeated: repeated + analysed.size };
}

/** Why nothing can be looked at for an entry; null where it can. */
function refusalOf(entry: Mismatch, { config }: RunSetting): string | null {
  const job = config.jobs.get(entry.job);
  if (job === undefined) return `job ${entry.job} is not in the config`;
  try {
    requestLocations(job, entry.partition_key);
    return null;
  } catch (error) {
    if (error instanceof OperatingError) return error.troubles[0]?.message ?? error.message;
    throw error;
  }
}

/** One entry's report. Whatever fails here is this entry's trouble alone: it is inconclusive, and the others go on. */
async function analyzeEntry(entry: Mismatch, setting: RunSetting, effects: SlotEffects): Promise<PairReport> {
  const job = setting.config.jobs.get(entry.job);
  if (job === undefined) throw new Error(`entry of job ${entry.job} was not quarantined`);
  return reportOrInconclusive(await requestOf(job, questionOf(entry), setting), effects.runPair);
}

async function writePages(
  folder: string,
  report: SlotReport,
  { catalog }: SlotContext,
  files: FilePort,
): Promise<void> {
  for (const pair of report.pairs) {
    const history = partitionHistory(pair, report, catalog);
    const page = htmlFormat.pair(pair, { back_href: 'index.html', history, color: false, width: 100 });
    await files.replace(join(folder, `${pair.comparison_id}.html`), Buffer.from(page));
  }
  await files.replace(join(folder, 'index.html'), Buffer.from(htmlFormat.slot(report)));
  await files.replace(join(folder, 'report.md'), Buffer.from(markdownFormat.slot(report)));
}
