/**
 * What the service remembers: one SQLite file. Every claim of a lease, slot, intent or event is a row, and what must
 * happen together is one transaction, so that any number of processes may share it and any of them may die at any time.
 *
 * Times are milliseconds since 1970 in UTC and come from the caller; nothing in here reads a clock.
 */
import { existsSync } from 'node:fs';
import { z } from 'zod';
import { query } from '../sql/query-file.ts';
import { type CatalogCopies, catalogCopiesIn } from './catalog-copy.ts';
import { type CompactedSegments, compactedSegmentsIn } from './compacted-segments.ts';
import { type Comparisons, comparisonsIn } from './comparisons.ts';
import { type Database, type DatabaseOptions, openDatabase } from './database.ts';
import { type Health, healthIn } from './health.ts';
import { type History, historyIn } from './history.ts';
import { type Intents, intentsIn } from './intents.ts';
import { type IssueStates, issueStatesIn } from './issue-states.ts';
import { type Landings, landingsIn } from './landings.ts';
import { type Leases, leasesIn } from './leases.ts';
import { type LogSegments, logSegmentsIn } from './log-segments.ts';
import { migrate, requireNewest } from './migrations.ts';
import { type Owed, owedIn } from './owed.ts';
import { type Rebuilding, rebuildingIn } from './rebuild.ts';
import { type SignalInputs, signalInputsIn } from './signal-inputs.ts';
import { type SlotCommits, slotCommitsIn } from './slot-record.ts';
import { type Slots, slotsIn } from './slots.ts';
import { catalogCorrupt } from './store-trouble.ts';
import { type ToldLogs, toldLogsIn } from './told-logs.ts';

export type { AnalysedEvent, IssueRecord, Occurrence } from './history.ts';
export type { Intent } from './intents.ts';
export type { Lease } from './leases.ts';
export type { LogSegment, WatermarkLookup } from './log-segments.ts';
export type { ClaimedEntry, LoggedLanding, OwedEntry } from './owed.ts';
export { EMPTY_RECORD, type SlotRecord } from './slot-record.ts';
export { FAILED_TRIES_MAX, type ReportedSlot, type Slot } from './slots.ts';

/** Whether there is a catalog at this path; for readers that must not make one. */
export function catalogExists(path: string): boolean {
  return existsSync(path);
}

export interface Catalog
  extends Leases,
    LogSegments,
    Slots,
    Owed,
    Intents,
    SlotCommits,
    History,
    CatalogCopies,
    Landings,
    Comparisons,
    IssueStates,
    Rebuilding,
    Health,
    SignalInputs,
    CompactedSegments,
    ToldLogs {
  /** Walks all pages. Throws `OperatingError` `catalog_corrupt` where one is damaged, which opening need not notice. */
  checkWhole(): void;
  close(): void;
}

/**
 * Opens the catalog, makes it where the file is missing (its folder must exist) and brings it to the newest version; with
 * `read_only` it stays as it is.
 *
 * Throws `OperatingError`: `catalog_too_new`, `catalog_foreign`, `catalog_corrupt`, `catalog_locked`,
 * `catalog_not_writable`, `store_unsuitable`; with `read_only` also `catalog_too_old`.
 */
export function openCatalog(path: string, options: DatabaseOptions = {}): Catalog {
  const database = openDatabase(path, options);
  try {
    if (options.read_only) requireNewest(database);
    else migrate(database);
  } catch (error) {
    database.close();
    throw error;
  }
  return {
    ...leasesIn(database),
    ...logSegmentsIn(database),
    ...slotsIn(database),
    ...owedIn(database),
    ...intentsIn(database),
    ...slotCommitsIn(database),
    ...historyIn(database),
    ...catalogCopiesIn(database),
    ...landingsIn(database),
    ...comparisonsIn(database),
    ...issueStatesIn(database),
    ...rebuildingIn(database),
    ...healthIn(database),
    ...signalInputsIn(database),
    ...compactedSegmentsIn(database),
    ...toldLogsIn(database),
    checkWhole: () => checkWhole(path, database),
    close: () => database.close(),
  };
}

const checkRow = z.object({ quick_check: z.string() });

function checkWhole(path: string, database: Database): void {
  const found = database.one(checkRow, query('store/quick-check'))?.quick_check ?? 'no answer';
  if (found !== 'ok') throw catalogCorrupt(path, found);
}
