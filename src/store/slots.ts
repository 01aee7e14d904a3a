/** Slots: the hours that are owed an analysis, and which log segments each of them answers for. */
import { z } from 'zod';
import { OperatingError } from '../core/operating-error.ts';
import { EXIT_CODES } from '../core/outcome.ts';
import { query } from '../sql/query-file.ts';
import type { Database } from './database.ts';
import { type Lease, requireLease } from './leases.ts';
import { type LogSegment, segmentRow } from './log-segments.ts';
import { type ClaimedEntry, claimable, owedOfSlot } from './owed.ts';

export interface Slot {
  /** `2026-11-20T05`; further slots of that hour are `2026-11-20T05-2`, `-3` … */
  readonly id: string;
  readonly hour: string;
  readonly state: 'claimed' | 'committed' | 'failed';
  /** Null until it is committed. */
  readonly committed_at_ms: number | null;
  /** Tries that ended with an error; at the third one the slot is `failed` and is not tried again. */
  readonly failed_tries: number;
  /** What the last failed try ended with. */
  readonly trouble: string | null;
  readonly segments: readonly LogSegment[];
  /** Entries that earlier slots left undecided and that this one tries again. */
  readonly owed: readonly ClaimedEntry[];
}

/** A committed slot that has a report, with what was recorded for the page over all; null for slots of earlier versions. */
export interface ReportedSlot {
  readonly id: string;
  readonly summary: string | null;
}

export interface Slots {
  /** Slots that were claimed and never committed, oldest first: a crash left them, and they come before anything new. */
  openSlots(): Slot[];
  /**
   * A new slot that answers for every unassigned segment of this hour or an earlier one, and for the entries that such
   * hours left undecided and that the run of this lease has not tried yet; null where there is neither.
   * The list is kept, so that a repeat is the same work. Throws `OperatingError` `lease_lost`.
   */
  claimSlot(hour: string, lease: Lease): Slot | null;
  /**
   * Counts a failed try. At the last one the slot is `failed`: its segments stay its own, and what it was to try again
   * is owed to another slot. Returns the state. Throws `OperatingError` `lease_lost`, `slot_not_claimed`.
   */
  failSlot(slot: Slot, lease: Lease, trouble: string): Slot['state'];
  /** Oldest first. */
  failedSlots(): Slot[];
  /** Newest first. */
  reportedSlots(limit: number): ReportedSlot[];
  /** Newest first. */
  slots(limit: number): Slot[];
}

const slotRow = z.object({
  id: z.string(),
  hour: z.string(),
  state: z.enum(['claimed', 'committed', 'failed']),
  committed_at_ms: z.int().nullable(),
  failed_tries: z.int(),
  trouble: z.string().nullable(),
});
const stateRow = slotRow.pick({ state: true });
const reportedRow = z.object({ id: z.string(), summary: z.string().nullable() });
const owedRow = z.object({ segments: z.int() });
const numberRow = z.object({ number: z.int() });

/** A slot that failed so often is told, and not tried again: it must not hold up the others for ever. */
export const FAILED_TRIES_MAX = 3;

export function slotsIn(database: Database): Slots {
  const segmentsOf = (slot_id: string): LogSegment[] =>
    database.all(segmentRow, query('store/segments-of-slot', {}, { slot_id }));
  const withSegments = (row: z.infer<typeof slotRow>): Slot => ({
    ...row,
    segments: segmentsOf(row.id),
    owed: owedOfSlot(database, row.id),
  });

  function claim(hour: string, lease: Lease): Slot | null {
    requireLease(database, lease);
    const owed = database.one(owedRow, query('store/segments-owed', {}, { hour }));
    const again = claimable(database, hour, lease.token);
    if ((owed?.segments ?? 0) === 0 && again.entries === 0) return null;
    const number_in_hour = (database.one(numberRow, query('store/slot-last-number', {}, { hour }))?.number ?? 0) + 1;
    const id = number_in_hour === 1 ? hour : `${hour}-${number_in_hour}`;
    database.run(query('store/slot-insert', {}, { id, hour, number_in_hour, token: lease.token }));
    database.run(query('store/segments-assign', {}, { slot_id: id, hour }));
    database.run(query('store/owed-assign', {}, { slot_id: id, hour, token: lease.token }));
    return withSegments({ id, hour, state: 'claimed', committed_at_ms: null, failed_tries: 0, trouble: null });
  }

  return {
    openSlots: () => database.snapshot(() => database.all(slotRow, query('store/slots-open')).map(withSegments)),
    claimSlot(hour, lease) {
      if (!/^\d{4}-\d{2}-\d{2}T\d{2}$/.test(hour)) throw new TypeError(`${JSON.stringify(hour)} is no hour`);
      return database.transaction(() => claim(hour, lease));
    },
    failSlot({ id }, lease, trouble) {
      return database.transaction(() => {
        requireLease(database, lease);
        const values = { id, trouble, tries_max: FAILED_TRIES_MAX };
        const row = database.one(stateRow, query('store/slot-fail', {}, values));
        if (row === null) throw notClaimed(id);
        if (row.state === 'failed') database.run(query('store/owed-untried', {}, { slot_id: id }));
        return row.state;
      });
    },
    failedSlots: () => database.snapshot(() => database.all(slotRow, query('store/slots-failed')).map(withSegments)),
    reportedSlots: (limit) => database.all(reportedRow, query('store/slots-reported', {}, { limit })),
    slots: (limit) =>
      database.snapshot(() => database.all(slotRow, query('store/slots-newest', {}, { limit })).map(withSegments)),
  };
}

/** For use inside a transaction. Throws `OperatingError` `slot_not_claimed` unless the slot waits to be committed. */
export function markCommitted(database: Database, slot_id: string, is_empty: boolean, now_ms: number): void {
  if (database.run(query('store/slot-commit', {}, { id: slot_id, is_empty, now_ms })) !== 1) throw notClaimed(slot_id);
}

function notClaimed(slot_id: string): OperatingError {
  return new OperatingError(EXIT_CODES.infrastructure, {
    code: 'slot_not_claimed',
    subject: slot_id,
    message: 'this slot is not waiting to be committed; nothing was written',
    hint: 'another process has committed it',
  });
}
