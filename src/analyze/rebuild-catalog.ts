/**
 * A catalog that is damaged or lost, built again from what was published: landings and comparisons from the signal log,
 * analysed events from the reports. The old one is set aside, never deleted. Fingerprints and stamps are gone: the next
 * look lists every partition and reads what it compares.
 */
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Config } from '../config/config.ts';
import { tableIdOf, toldSideOf } from '../config/pairings.ts';
import { messageOf, OperatingError, type Trouble } from '../core/operating-error.ts';
import { EXIT_CODES } from '../core/outcome.ts';
import type { OpenEngine } from '../engine/engine.ts';
import { type SlotReport, slotReportSchema } from '../report/slot-report.ts';
import { type Catalog, catalogExists, openCatalog } from '../store/catalog.ts';
import { debugSegment } from '../store/debug-log.ts';
import type { FilePort } from '../store/files.ts';
import type { KnownTelling } from '../store/landing-record.ts';
import { segmentPath } from '../store/mismatch-log.ts';
import { type LoggedSignals, setCatalogAside } from '../store/rebuild.ts';
import { findSignals, readSignals } from '../store/signal-reader.ts';
import { toldBy } from '../store/told-landing.ts';
import { debugRowsOf } from './debug-rows.ts';
import { slotRecordOf } from './slot-record.ts';

export interface RebuiltCatalog {
  /** Where the old catalog's file is now; null where there was none. */
  readonly set_aside: string | null;
  readonly landings: number;
  readonly comparisons: number;
  readonly slots: number;
  /** What of the logs and reports cannot be read, and so is not in the catalog: it is compared and analysed again. */
  readonly troubles: readonly Trouble[];
}

export interface RebuildEffects {
  readonly files: FilePort;
  readonly openEngine: OpenEngine;
  readonly now: () => Date;
}

/** Throws `OperatingError` `catalog_whole` where the catalog is whole and `force` is not given. */
export async function rebuildCatalog(
  { store, jobs }: Pick<Config, 'store' | 'jobs'>,
  force: boolean,
  effects: RebuildEffects,
): Promise<RebuiltCatalog> {
  const path = join(store, 'catalog.db');
  if (!force) refuseWhole(path);
  await effects.files.makeFolder(store);
  const set_aside = await setCatalogAside(path, effects.now(), effects.files);
  const catalog = openCatalog(path);
  try {
    const troubles: Trouble[] = [];
    const signals = await restoreSignals(store, catalog, effects.openEngine, troubles);
    if (set_aside !== null) restoreTellings(set_aside, catalog, jobs, troubles);
    const slots = await restoreSlots(store, catalog, effects.files, troubles);
    return { set_aside, ...signals, slots, troubles };
  } finally {
    catalog.close();
  }
}

function refuseWhole(path: string): void {
  if (!catalogExists(path)) return;
  try {
    const catalog = openCatalog(path, { read_only: true });
    try {
      catalog.checkWhole();
    } finally {
      catalog.close();
    }
  } catch (error) {
    if (error instanceof OperatingError && error.code !== 'catalog_too_new') return;
    throw error;
  }
  throw new OperatingError(EXIT_CODES.usage, {
    code: 'catalog_whole',
    subject: path,
    message: 'the catalog is whole, and is not rebuilt over',
    hint: 'stop every process that uses it, and give --force to rebuild it all the same; the old one is set aside',
  });
}

async function restoreSignals(
  store: string,
  catalog: Catalog,
  openEngine: OpenEngine,
  troubles: Trouble[],
): Promise<{ landings: number; comparisons: number }> {
  const found = await findSignals(store);
  for (const trouble of found.troubles) troubles.push(...trouble.troubles);
  const restored = { landings: 0, comparisons: 0 };
  const restore = (signals: LoggedSignals): void => {
    const counts = catalog.restoreSignals(signals);
    restored.landings += counts.landings;
    restored.comparisons += counts.comparisons;
  };
  let day = '';
  const ofDay: LoggedIn[] = [];
  for await (const { path, landings, comparisons, quarantined } of readSignals(found, openEngine)) {
    for (const { place, reason } of quarantined) {
      troubles.push({ code: 'signal_log_unreadable', subject: place, message: reason });
    }
    const segment_id = basename(path, '.parquet');
    const folder = /ds=[^/]*/.exec(path)?.[0] ?? '';
    if (folder !== day) restoreInOrder(ofDay.splice(0), restore);
    day = folder;
    restore({ segment_id, landings, comparisons: [] });
    for (const comparison of comparisons) ofDay.push({ segment_id, comparison });
  }
  restoreInOrder(ofDay, restore);
  return restored;
}

interface LoggedIn {
  readonly segment_id: string;
  readonly comparison: LoggedSignals['comparisons'][number];
}

/** Of two comparisons of a partition the one that is restored last is the newest; names of segments tell no time. */
function restoreInOrder(logged: readonly LoggedIn[], restore: (signals: LoggedSignals) => void): void {
  const inOrder = logged.toSorted((one, other) => one.comparison.compared_at_ms - other.comparison.compared_at_ms);
  let run: LoggedIn[] = [];
  const flush = (): void => {
    const [first] = run;
    if (first === undefined) return;
    restore({ segment_id: first.segment_id, landings: [], comparisons: run.map(({ comparison }) => comparison) });
    run = [];
  };
  for (const one of inOrder) {
    if (run[0] !== undefined && run[0].segment_id !== one.segment_id) flush();
    run.push(one);
  }
  flush();
}

/**
 * Landings that were told by a request stand nowhere but in the catalog; what of them can be read there is taken along, with
 * what became of it: one that has landed, told anew, could be held for a later landing. Those of landing logs are read again,
 * and are the same.
 */
function restoreTellings(set_aside: string, catalog: Catalog, jobs: Config['jobs'], troubles: Trouble[]): void {
  try {
    const damaged = openCatalog(set_aside, { read_only: true });
    try {
      const tellings = damaged.allTellings();
      const isOpen = (telling: KnownTelling): boolean =>
        telling.state === 'landed' && !isRestored(telling, catalog, jobs);
      catalog.restoreTellings(tellings.map((one) => (isOpen(one) ? { ...one, state: 'told' } : one)));
    } finally {
      damaged.close();
    }
  } catch (error) {
    const why = error instanceof OperatingError ? error.code : messageOf(error);
    const message = `landings that were told by a request cannot be read from it (${why})`;
    const hint = 'those that nobody looked at yet must be told again';
    troubles.push({ code: 'tellings_lost', subject: set_aside, message, hint });
  }
}

/**
 * Whether the landing that a telling held for came back. One that no log had yet is told anew where nothing but a telling
 * finds it; a folder that is looked at shows it again.
 */
function isRestored(telling: KnownTelling, catalog: Catalog, jobs: Config['jobs']): boolean {
  const told = toldBy(telling);
  const job = jobs.get(telling.job);
  const side = told === null || job === undefined ? null : toldSideOf(job, told);
  if (told === null || side === null) return true;
  const landings = catalog.landingsOf(telling.job, tableIdOf(side), telling.partition_key);
  return landings.some(({ landed_at_ms }) => landed_at_ms === told.landed_at_ms || !side.landed.is_told);
}

async function restoreSlots(store: string, catalog: Catalog, files: FilePort, troubles: Trouble[]): Promise<number> {
  const folder = join(store, 'reports');
  const names = (await readdir(folder).catch(() => [])).filter((name) => SLOT.test(name)).sort(bySlot);
  let restored = 0;
  for (const name of names) {
    const path = join(folder, name, 'report.json');
    const bytes = await files.read(path);
    if (bytes === null) continue; // pages of a try that never came to its report
    const report = parsed(Buffer.from(bytes).toString('utf8'));
    if (report?.slot !== name) {
      const hint = 'its entries are analysed again, under another slot';
      troubles.push({ code: 'report_unreadable', subject: path, message: 'the report is damaged', hint });
      continue;
    }
    const generatedAt = new Date(report.generated_at);
    // The report may have been published and the rest not: what follows it is derived from it, and put there if it is missing.
    const rows = debugRowsOf(report);
    if (rows.length > 0)
      await files.publish(join(store, segmentPath('debug', generatedAt, name)), await debugSegment(rows));
    const slot = { id: name, committed_at_ms: generatedAt.getTime() };
    if (catalog.restoreSlot(slot, slotRecordOf(report, join('reports', name)))) restored += 1;
  }
  return restored;
}

const SLOT = /^\d{4}-\d{2}-\d{2}T\d{2}(-\d+)?$/;

/** By hour, then by number: `…T05-10` after `…T05-9`. */
function bySlot(one: string, other: string): number {
  const hour = one.slice(0, 13).localeCompare(other.slice(0, 13), 'en');
  return hour || Number(one.slice(14)) - Number(other.slice(14));
}

function parsed(text: string): SlotReport | null {
  try {
    return slotReportSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
