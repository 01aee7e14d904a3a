/** What the analysis of a slot leaves in the catalog, in one transaction: after it the slot counts, before it nothing does. */
import type { InconclusiveReason, Outcome } from '../core/outcome.ts';
import { query } from '../sql/query-file.ts';
import type { Database } from './database.ts';
import { type Lease, requireLease } from './leases.ts';
import { settleOwed, type UndecidedRecord } from './owed.ts';
import { markCommitted, type Slot } from './slots.ts';

export interface EventRecord {
  readonly comparison_id: string;
  readonly job: string;
  readonly partition_key: string;
  readonly pairing: string;
  /** What the analysis came to, which may differ from what the log said. */
  readonly outcome: Outcome;
  readonly inconclusive_reason: InconclusiveReason | null;
  /** Relative to the store. */
  readonly report_path: string;
  readonly logged_at_ms: number;
}

export type IssueState = 'new' | 'known' | 'resolved' | 'regressed';

/** One issue in one comparison, which must be among the record's events. */
export interface OccurrenceRecord {
  readonly issue_id: string;
  readonly comparison_id: string;
  readonly cause: string;
  readonly title: string;
  readonly site: string;
  readonly shape: string;
  readonly state: IssueState;
  /** Differing rows or cells that the issue explains; several findings of one issue in one comparison add up. */
  readonly explained: number;
  readonly unit: string;
  readonly owner: string | null;
  readonly link: string | null;
  readonly seen_at_ms: number;
}

/** What could not be used of a log, where it stands, and why. */
export interface QuarantineRecord {
  readonly log: string;
  readonly place: string;
  readonly reason: string;
}

export interface SlotRecord {
  readonly events: readonly EventRecord[];
  readonly occurrences: readonly OccurrenceRecord[];
  readonly quarantine: readonly QuarantineRecord[];
  /** Of the events, those that could not be decided and stay owed. */
  readonly undecided: readonly UndecidedRecord[];
  /** JSON for the page over all slots; null where nothing was new and no report was published. */
  readonly summary: string | null;
}

/** Of a slot in which nothing was new. */
export const EMPTY_RECORD: SlotRecord = { events: [], occurrences: [], quarantine: [], undecided: [], summary: null };

export interface SlotCommits {
  /**
   * Commits a claimed slot with what was found, or throws and writes nothing: `OperatingError` `lease_lost` where the
   * lease's token is not the newest, `slot_not_claimed` where the slot is committed already. An event that an earlier
   * slot has committed is left as it stands, its occurrences too; unless this slot tried it again because it was
   * undecided: then it has the newer result.
   */
  commitSlot(slot: Slot, lease: Lease, record: SlotRecord, now_ms: number): void;
}

export function slotCommitsIn(database: Database): SlotCommits {
  return {
    commitSlot(slot, lease, record, now_ms) {
      database.transaction(() => {
        requireLease(database, lease);
        markCommitted(database, slot.id, record.summary === null, now_ms);
        const committed = writeSlotRecord(database, slot.id, record);
        const undecided = record.undecided.filter(({ entry }) => committed.has(entry.comparison_id));
        settleOwed(database, slot, lease.token, undecided, now_ms);
      });
    },
  };
}

/** For use inside a transaction. Returns the events that this slot has committed. */
export function writeSlotRecord(database: Database, slot_id: string, record: SlotRecord): ReadonlySet<string> {
  const committed_earlier = new Set<string>();
  const committed_now = new Set<string>();
  for (const event of record.events) {
    const inserted = database.run(query('store/event-insert', {}, { ...event, slot_id }));
    if (inserted === 1) committed_now.add(event.comparison_id);
    else if (!committed_now.has(event.comparison_id)) committed_earlier.add(event.comparison_id);
  }
  for (const occurrence of record.occurrences) {
    if (committed_earlier.has(occurrence.comparison_id)) continue;
    const { issue_id, comparison_id, cause, title, site, shape, state, explained, unit, owner, link, seen_at_ms } =
      occurrence;
    const issue = { id: issue_id, cause, title, site, shape, state, owner, link, seen_at_ms };
    database.run(query('store/issue-upsert', {}, issue));
    const sighting = { issue_id, comparison_id, unit, explained, state, seen_at_ms };
    database.run(query('store/occurrence-insert', {}, sighting));
  }
  for (const { log, place, reason } of record.quarantine) {
    database.run(query('store/quarantine-insert', {}, { slot_id, log, place, reason }));
  }
  if (record.summary !== null) {
    database.run(query('store/summary-insert', {}, { slot_id, summary: record.summary }));
  }
  return committed_now;
}
