/**
 * A catalog that is lost is built again from what was published: landings and comparisons from the signal log, analysed
 * events from the reports. Everything here may be repeated, after a crash too: what is there already stays as it is.
 *
 * In this order, on a new catalog and before any look or claim (a look would number landings from 1 again):
 *  1. `setCatalogAside`, then `openCatalog` makes a new one;
 *  2. `restoreSignals` for each file of the signal log, in the order of the log: of two comparisons of a partition the one
 *     that was restored last is the newest;
 *  3. `restoreSlot` for each report, oldest slot first: what an earlier one left undecided, a later one may have decided.
 * Stamps are gone, so the next look lists every partition, finds the landings that are known, and makes the pairs again
 * with what their comparisons came to; log segments are claimed again, and the entries of analysed events passed over.
 */
import { existsSync } from 'node:fs';
import { query } from '../sql/query-file.ts';
import type { ComparisonRecord } from './comparison-record.ts';
import { insertComparisons } from './comparison-rows.ts';
import { type Database, placeholders } from './database.ts';
import type { FilePort } from './files.ts';
import type { LandingInput, LandingRecord } from './landing-record.ts';
import { insertLandings, replaceInputs } from './landing-rows.ts';
import { settleOwed } from './owed.ts';
import { type SlotRecord, writeSlotRecord } from './slot-record.ts';

export interface LoggedSignals {
  /** Of the segment, or of the file that stands for several. */
  readonly segment_id: string;
  /** What superseded a landing is not read from here: it follows from the sequences. */
  readonly landings: readonly (LandingRecord & { readonly inputs: readonly LandingInput[] })[];
  readonly comparisons: readonly ComparisonRecord[];
}

export interface Rebuilding {
  /** Puts back what a file of the signal log tells, as logged there; returns how much of it was not known. */
  restoreSignals(signals: LoggedSignals): { readonly landings: number; readonly comparisons: number };
  /**
   * Puts back a slot that was committed, with its events, issues and what it left undecided; false where the slot is there
   * already. Throws `TypeError` for an id that is none.
   */
  restoreSlot(slot: { readonly id: string; readonly committed_at_ms: number }, record: SlotRecord): boolean;
}

export function rebuildingIn(database: Database): Rebuilding {
  return {
    restoreSignals: ({ segment_id, landings, comparisons }) =>
      database.transaction(() => {
        const times = [...landings.map((row) => row.discovered_at_ms), ...comparisons.map((row) => row.compared_at_ms)];
        const logged_at_ms = times.reduce((latest, time) => Math.max(latest, time), 0);
        database.run(query('store/own-segment-restore', {}, { id: segment_id, logged_at_ms }));
        const restored = insertLandings(database, landings, segment_id);
        for (const { id, inputs } of landings) if (inputs.length > 0) replaceInputs(database, id, inputs);
        chain(database, landings);
        const inOrder = comparisons.toSorted((one, other) => one.compared_at_ms - other.compared_at_ms);
        return { landings: restored, comparisons: insertComparisons(database, inOrder, segment_id) };
      }),
    restoreSlot: ({ id, committed_at_ms }, record) =>
      database.transaction(() => {
        const [, hour, number] = /^(\d{4}-\d{2}-\d{2}T\d{2})(?:-([1-9]\d*))?$/.exec(id) ?? [];
        if (hour === undefined) throw new TypeError(`${JSON.stringify(id)} is no slot`);
        const slot = { id, hour, number_in_hour: Number(number ?? 1), committed_at_ms };
        const is_empty = record.summary === null;
        if (database.run(query('store/slot-restore', {}, { ...slot, is_empty })) === 0) return false;
        // What an earlier slot left undecided was tried again by this one, if it tells it: its result is the newer one.
        const tried = record.events.map(({ comparison_id }) => comparison_id);
        database.run(query('store/owed-restore', {}, { slot_id: id, tried }));
        const committed = writeSlotRecord(database, id, record);
        const undecided = record.undecided.filter(({ entry }) => committed.has(entry.comparison_id));
        settleOwed(database, slot, 0, undecided, committed_at_ms);
        return true;
      }),
  };
}

/** Each landing of these partitions was superseded by the one after it. */
function chain(database: Database, landings: readonly LandingRecord[]): void {
  const tables = Map.groupBy(landings, ({ job, table }) => `${job}\0${table}`).values();
  const groups = tables.map((group) => {
    const [{ job, table }] = group as [LandingRecord, ...LandingRecord[]];
    return { job, table, partition_keys: group.map(({ partition_key }) => partition_key) };
  });
  database.runEach(query('store/landings-chain', {}, placeholders(['job', 'table', 'partition_keys'])), groups);
}

/**
 * Gives the catalog's files other names, `catalog.db.damaged-20261120T050000Z` and so on, by which they still open
 * together; returns the first of them, null where no catalog was. No other process may have it open: it would go on
 * writing into what was set aside. Throws `OperatingError` where the folder is not writable.
 */
export async function setCatalogAside(path: string, now: Date, files: FilePort): Promise<string | null> {
  // The log first: SQLite would take one that is left behind for the new catalog's own, and play it into that.
  const parts = ['-wal', '-shm', ''].filter((part) => existsSync(`${path}${part}`));
  if (parts.length === 0) return null;
  const aside = freeName(`${path}.damaged-${now.toISOString().replaceAll(/[-:]|\.\d+/g, '')}`);
  for (const part of parts) await files.setAside(`${path}${part}`, `${aside}${part}`);
  return aside;
}

function freeName(wanted: string): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted}-${number}`;
    if (!['-wal', '-shm', ''].some((part) => existsSync(`${name}${part}`))) return name;
  }
}
