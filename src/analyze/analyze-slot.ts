/**
 * One slot, from its claimed log segments to published reports and the commit that makes them count.
 *
 *   claimed ─► entries read ─► pairs analysed ─► pages written ─► report.json published ─► debug log ─► committed
 *                                     └─► nothing new: committed without a report
 *
 * A crash before `report.json` leaves pages that nothing links to; the next try writes them again. A crash after it
 * leaves a finished analysis: the next try takes the published report as it is and only finishes the rest. So a slot
 * has one report whatever is killed, and an entry is decided in exactly one slot, because the events are recorded in
 * the transaction that commits it. Before anything that others see, the lease is checked: who has lost it stops.
 */
import { join, relative } from 'node:path';
import type { IngestionJob } from '../config/config.ts';
import { requirePairing, tableIdOf } from '../config/pairings.ts';
import { OperatingError } from '../core/operating-error.ts';
import { EXIT_CODES, Inconclusive } from '../core/outcome.ts';
import { SIDES } from '../core/side.ts';
import type { OpenEngine } from '../engine/engine.ts';
import { htmlFormat } from '../report/formats/html.ts';
import { jsonFormat } from '../report/formats/json.ts';
import { markdownFormat } from '../report/formats/markdown.ts';
import type { PairReport } from '../report/pair-report.ts';
import { buildSlotReport } from '../report/slot.ts';
import type { SlotReport } from '../report/slot-report.ts';
import { type Catalog, EMPTY_RECORD, type Lease, type OwedEntry, type Slot } from '../store/catalog.ts';
import { debugSegment } from '../store/debug-log.ts';
import type { FilePort } from '../store/files.ts';
import { segmentPath } from '../store/mismatch-log.ts';
import { landedSince, toldMissing } from './absent-side.ts';
import { debugRowsOf } from './debug-rows.ts';
import { type KnownLandings, knownLandings, type RunSetting, requestOf } from './entry-request.ts';
import { inconclusiveReport, reportOrInconclusive } from './inconclusive-report.ts';
import { issueHistory } from './issue-history.ts';
import { partitionHistory } from './partition-history.ts';
import { publishedReport } from './published-report.ts';
import type { AnalysisRequest } from './request.ts';
import { collectEntries, type SlotEntry } from './slot-entries.ts';
import { dateIssues, slotRecordOf } from './slot-record.ts';

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
  /** A published report of this slot could not be read, and stands under the new name now. */
  readonly onPutAside: (path: string) => void;
  /** Aborted: what is under way came to nothing, and nothing of it is published. */
  readonly signal: AbortSignal;
}

/**
 * Works one claimed slot off; null where nothing in it was new, so that it has no report. Safe to repeat after any
 * crash; throws OperatingError `lease_lost` if another took over, `run_ended` where the signal ended it: the slot stays
 * claimed, and the next run finishes it.
 */
export async function analyzeSlot(slot: Slot, context: SlotContext, effects: SlotEffects): Promise<SlotReport | null> {
  const { catalog, lease, setting } = context;
  const { store } = setting.config;
  const folder = join(store, 'reports', slot.id);
  const path = join(folder, 'report.json');
  const intent = catalog.intend('slot', slot.id, folder, effects.now().getTime());
  const generatedAt = new Date(intent.logged_at_ms);

  const report =
    (await earlierReport(path, slot, context, effects)) ?? (await newReport(path, slot, generatedAt, context, effects));
  if (report === null) {
    catalog.commitSlot(slot, lease, EMPTY_RECORD, effects.now().getTime());
    return null;
  }
  const rows = debugRowsOf(report);
  if (rows.length > 0) {
    catalog.checkLease(lease);
    await effects.files.publish(join(store, segmentPath('debug', generatedAt, slot.id)), await debugSegment(rows));
  }
  catalog.commitSlot(slot, lease, slotRecordOf(report, relative(store, folder)), effects.now().getTime());
  return report;
}

/** The report that stands, its pages written again: the try that published it may have been another one than wrote them last. */
async function earlierReport(
  path: string,
  slot: Slot,
  context: SlotContext,
  effects: SlotEffects,
): Promise<SlotReport | null> {
  context.catalog.checkLease(context.lease);
  const { report, put_aside } = await publishedReport(path, slot.id, effects.now(), effects.files);
  if (put_aside !== null) effects.onPutAside(put_aside);
  if (report !== null) await writePages(path, report, context, effects.files);
  return report;
}

async function newReport(
  path: string,
  slot: Slot,
  generatedAt: Date,
  context: SlotContext,
  effects: SlotEffects,
): Promise<SlotReport | null> {
  const report = await analyzeEntries(slot, generatedAt, context, effects);
  // Analyses that were cut short say `cancelled`, which is nothing to be told.
  requireGoingOn(slot, effects.signal);
  if (report === null) return null;
  const { catalog, lease } = context;
  catalog.checkLease(lease);
  await writePages(path, report, context, effects.files);
  catalog.checkLease(lease);
  const outcome = await effects.files.publish(path, Buffer.from(jsonFormat.slot(report)));
  if (outcome === 'published') return report;
  // Another try was first, and our pages may stand over its own. Its report is the one that counts.
  const { report: first } = await publishedReport(path, slot.id, effects.now(), effects.files);
  if (first === null) throw new Error(`${path} was published and cannot be read`);
  await writePages(path, first, context, effects.files);
  return first;
}

/** Null where there is nothing new to tell: everything was analysed before, or is as undecided as it was. */
async function analyzeEntries(
  slot: Slot,
  generatedAt: Date,
  { catalog, setting }: SlotContext,
  effects: SlotEffects,
): Promise<SlotReport | null> {
  const { entries, quarantine, repeated } = await collectEntries(slot, catalog, setting, effects.openEngine);
  let done = 0;
  const looked = await Promise.all(
    entries.map(async (slotEntry) => {
      const report = await analyzeEntry(slotEntry.entry, catalog, setting, effects);
      done += 1;
      effects.onPair(done, entries.length, report);
      return isNews(report, slotEntry) ? [report] : [];
    }),
  );
  const told = looked.flat();
  const pairs = dateIssues(told, issueHistory(told, catalog));
  if (pairs.length === 0 && quarantine.length === 0) return null;
  return buildSlotReport({ slot: slot.id, generated_at: generatedAt.toISOString(), pairs, quarantine, repeated });
}

function isNews(report: PairReport, { earlier_reason }: SlotEntry): boolean {
  return earlier_reason === null || report.outcome !== 'inconclusive' || report.inconclusive_reason !== earlier_reason;
}

/** One entry's report. Whatever fails here is this entry's trouble alone: it is inconclusive, and the others go on. */
async function analyzeEntry(
  entry: OwedEntry,
  catalog: Catalog,
  setting: RunSetting,
  effects: SlotEffects,
): Promise<PairReport> {
  const job = setting.config.jobs.get(entry.job);
  if (job === undefined) throw new Error(`entry of job ${entry.job} was not quarantined`);
  const known = knownLandings(job, entry, catalog.landingById);
  const request = await requestOf(job, entry, setting, known);
  const superseded = supersededReason(known) ?? landedReason(job, request, catalog);
  const report =
    superseded === null
      ? await reportOrInconclusive(request, effects.runPair)
      : inconclusiveReport(request, superseded);
  return { ...report, logged_at: entry.logged_at };
}

/** Evidence about one landing says nothing about the next, which is owed a comparison of its own. */
function supersededReason(known: KnownLandings): Inconclusive | null {
  const side = SIDES.find((one) => (known[one]?.superseded_by ?? null) !== null);
  if (side === undefined) return null;
  const which = ` ${known[side]?.sequence}`;
  return new Inconclusive('superseded', `${side}: another landing took the place of landing${which} of this partition`);
}

/** Where the catalog has a landing of the side that was told as missing: it may lie at another place than is looked at. */
function landedReason(job: IngestionJob, request: AnalysisRequest, catalog: Catalog): Inconclusive | null {
  const { pairing, partition_key } = request;
  const side = toldMissing(request);
  if (side === null || pairing === null || partition_key === null) return null;
  const table = tableIdOf(requirePairing(job, pairing).sides[side]);
  const landing = catalog.currentLanding(job.name, table, partition_key);
  // One that is gone may have gone before the side was told as missing.
  return landing === null || landing.gone_at_ms !== null ? null : landedSince(side);
}

function requireGoingOn({ id }: Slot, { aborted }: AbortSignal): void {
  if (!aborted) return;
  throw new OperatingError(EXIT_CODES.infrastructure, {
    code: 'run_ended',
    subject: `slot ${id}`,
    message: 'the run was ended before this slot was analysed; nothing of it was published',
    hint: 'the next run goes on with it',
  });
}

async function writePages(
  reportPath: string,
  report: SlotReport,
  { catalog }: SlotContext,
  files: FilePort,
): Promise<void> {
  const folder = join(reportPath, '..');
  for (const pair of report.pairs) {
    const history = partitionHistory(pair, report, catalog);
    const page = htmlFormat.pair(pair, { back_href: 'index.html', history, color: false, width: 100 });
    await files.replace(join(folder, `${pair.comparison_id}.html`), Buffer.from(page));
  }
  await files.replace(join(folder, 'index.html'), Buffer.from(htmlFormat.slot(report)));
  await files.replace(join(folder, 'report.md'), Buffer.from(markdownFormat.slot(report)));
}
