/** Slots: the hours that are owed an analysis, and which log segments each of them answers for. */
import { z } from 'zod';
import { OperatingError } from '../core/operating-error.ts';
import { EXIT_CODES } from '../core/outcome.ts';
import { query } from '../sql/query-file.ts';
import type { Database } from './database.ts';
import { type Lease, requireLease } from './leases.ts';
import { type LogSegment, segmentRow } from './log-segments.ts';

export interface Slot {
  /** `2026-11-20T05`; further slots of that hour are `2026-11-20T05-2`, `-3` … */
  readonly id: string;
  readonly hour: string;
  readonly state: 'claimed' | 'committed' | 'failed';
  /** Null until it is committed. */
  readonly committed_at_ms: number | null;
  readonly segments: readonly LogSegment[];
}

export interface Slots {
  /** Slots that were claimed and never committed, oldest first: a crash left them, and they come before anything new. */
  openSlots(): Slot[];
  /**
   * A new slot that answers for every unassigned segment of this hour or an earlier one; null where there is none.
   * The list is kept, so that a repeat is the same work. Throws `OperatingError` `lease_lost`.
   */
  claimSlot(hour: string, lease: Lease): Slot | null;
  /** Newest first. */
  slots(limit: number): Slot[];
}

const slotRow = z.object({
  id: z.string(),
  hour: z.string(),
  state: z.enum(['claimed', 'committed', 'failed']),
  committed_at_ms: z.int().nullable(),
});
const owedRow = z.object({ segments: z.int() });
const numberRow = z.object({ number: z.int() });

export function slotsIn(database: Database): Slots {
  const segmentsOf = (slot_id: string): LogSegment[] =>
    database.all(segmentRow, query('store/segments-of-slot', {}, { slot_id }));
  const withSegments = (row: z.infer<typeof slotRow>): Slot => ({ ...row, segments: segmentsOf(row.id) });

  function claim(hour: string, lease: Lease): Slot | null {
    requireLease(database, lease);
    const owed = database.one(owedRow, query('store/segments-owed', {}, { hour }));
    if (owed === null || owed.segments === 0) return null;
    const number_in_hour = (database.one(numberRow, query('store/slot-last-number', {}, { hour }))?.number ?? 0) + 1;
    const id = number_in_hour === 1 ? hour : `${hour}-${number_in_hour}`;
    database.run(query('store/slot-insert', {}, { id, hour, number_in_hour, token: lease.token }));
    database.run(query('store/segments-assign', {}, { slot_id: id, hour }));
    return { id, hour, state: 'claimed', committed_at_ms: null, segments: segmentsOf(id) };
  }

  return {
    openSlots: () => database.snapshot(() => database.all(slotRow, query('store/slots-open')).map(withSegments)),
    claimSlot(hour, lease) {
      if (!/^\d{4}-\d{2}-\d{2}T\d{2}$/.test(hour)) throw new TypeError(`${JSON.stringify(hour)} is no hour`);
      return database.transaction(() => claim(hour, lease));
    },
    slots: (limit) =>
      database.snapshot(() => database.all(slotRow, query('store/slots-newest', {}, { limit })).map(withSegments)),
  };
}

/** For use inside a transaction. Throws `OperatingError` `slot_not_claimed` unless the slot waits to be committed. */
export function markCommitted(database: Database, slot_id: string, now_ms: number): void {
  if (database.run(query('store/slot-commit', {}, { id: slot_id, now_ms })) === 1) return;
  throw new OperatingError(EXIT_CODES.infrastructure, {
    code: 'slot_not_claimed',
    subject: slot_id,
    message: 'this slot is not waiting to be committed; nothing was written',
    hint: 'another process has committed it',
  });
}
