/** The page over all slots: written from what was recorded at their commits, so that no old report can stop a run. */
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { OperatingError } from '../core/operating-error.ts';
import { EXIT_CODES } from '../core/outcome.ts';
import {
  parseSummary,
  renderIndexPage,
  type SlotSummary,
  summaryOfText,
  type UnshownSlot,
} from '../report/index-page.ts';
import type { Catalog, ReportedSlot } from '../store/catalog.ts';
import type { FilePort } from '../store/files.ts';
import type { HealthFacts } from '../store/health.ts';
import { currentIssues, withNewerComparisons } from './current-standing.ts';
import { judgeSilence } from './silence.ts';

/** Two weeks of hours. */
const INDEX_SLOTS = 336;

export interface WrittenIndex {
  readonly path: string;
  /** Slots whose report cannot be read, and slots that failed: told on every run, so that none is forgotten. */
  readonly troubles: readonly OperatingError[];
}

export interface IndexEffects {
  readonly files: FilePort;
  readonly now_ms: number;
  /** When the store was made: what never happened has not happened since then. */
  readonly started_at_ms: number;
  /** Whether it is the end of an analysis, which counts as the last one. */
  readonly is_analysis: boolean;
}

/** Writes `reports/index.html` as things stand now; slots that cannot be shown are named on it. Throws where it cannot be written. */
export async function writeIndex(config: Config, catalog: Catalog, effects: IndexEffects): Promise<WrittenIndex> {
  const { files, now_ms, started_at_ms, is_analysis } = effects;
  const folder = join(config.store, 'reports');
  const summaries: SlotSummary[] = [];
  const unshown: UnshownSlot[] = [];
  const troubles: OperatingError[] = [];
  for (const { id, trouble, failed_tries } of catalog.failedSlots()) {
    unshown.push({ slot: id, state: 'failed', reason: trouble ?? 'unknown' });
    troubles.push(failedSlot(id, failed_tries, trouble));
  }
  for (const slot of catalog.reportedSlots(INDEX_SLOTS)) {
    const path = join(folder, slot.id, 'report.json');
    const summary = await summaryFor(slot, path, files);
    if (summary === null) {
      unshown.push({ slot: slot.id, state: 'unreadable', reason: 'its report.json is missing or damaged' });
      troubles.push(unreadableReport(path));
    } else summaries.push(summary);
  }
  const path = join(folder, 'index.html');
  const known = catalog.healthFacts();
  const facts = is_analysis ? withThisAnalysis(known, now_ms) : known;
  const page = renderIndexPage(withNewerComparisons(summaries, catalog), {
    unshown,
    alarms: judgeSilence(facts, config.alarms, now_ms, started_at_ms),
    coverage: facts,
    issues: currentIssues(catalog),
  });
  await files.replace(path, Buffer.from(page));
  return { path, troubles };
}

/** A run records its success after its last page is written. Where something still waits, it analysed nothing. */
function withThisAnalysis(facts: HealthFacts, now_ms: number): HealthFacts {
  return facts.oldest_unanalysed_ms === null ? { ...facts, last_slot_ms: now_ms } : facts;
}

/** From the report itself for a slot that was committed before summaries were kept. */
async function summaryFor({ summary }: ReportedSlot, path: string, files: FilePort): Promise<SlotSummary | null> {
  const recorded = summary === null ? null : parseSummary(summary);
  if (recorded !== null) return recorded;
  const bytes = await files.read(path).catch(() => null);
  return bytes === null ? null : summaryOfText(Buffer.from(bytes).toString('utf8'));
}

function failedSlot(id: string, tries: number, trouble: string | null): OperatingError {
  return new OperatingError(EXIT_CODES.infrastructure, {
    code: 'slot_failed',
    subject: id,
    message: `given up after ${tries} failed tries; its log entries have no report. The last try: ${trouble ?? 'unknown'}`,
    hint: 'repair the cause; the slot stays in the catalog with the list of its log segments',
  });
}

function unreadableReport(path: string): OperatingError {
  return new OperatingError(EXIT_CODES.inconclusive, {
    code: 'report_unreadable',
    subject: path,
    message: 'the report is missing or damaged; the index page names its run without numbers',
    hint: 'bring it back from a copy; the pages beside it can still be read',
  });
}
