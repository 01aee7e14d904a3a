/**
 * Entries that a slot could not decide. They stay owed: every later run looks at them again, in a slot like any other
 * work, so that a repeat after a crash is the same work, until they are decided or expire.
 */
import { z } from 'zod';
import { RUN_KINDS } from '../core/landing.ts';
import { INCONCLUSIVE_REASONS, type InconclusiveReason, MISMATCH_KINDS } from '../core/outcome.ts';
import { SIDES } from '../core/side.ts';
import { query } from '../sql/query-file.ts';
import type { Database } from './database.ts';
import type { Lease } from './leases.ts';

const build = z.string().nullable();
const loggedLanding = z.object({
  landing_id: z.string().nullable(),
  system: z.enum(['legacy', 'next']).nullable(),
  run_kind: z.enum(RUN_KINDS).nullable(),
  /** ISO, UTC. */
  landed_at: z.string().nullable(),
  due_at: z.string().nullable(),
});
const owedEntry = z.object({
  comparison_id: z.string(),
  job: z.string(),
  partition_key: z.string(),
  pairing: z.string(),
  /** ISO, UTC. */
  logged_at: z.string(),
  builds: z.object({ production: build, shadow: build }),
  reference_side: z.enum(SIDES).nullable(),
  /** What the log says of the two landings; entries of earlier versions have none. */
  landings: z.object({ production: loggedLanding, shadow: loggedLanding }).optional(),
  /** By what the entry was noticed; entries of earlier versions have none. */
  kinds: z.array(z.enum(MISMATCH_KINDS)).readonly().optional(),
});

export type LoggedLanding = Readonly<z.infer<typeof loggedLanding>>;

/** What is needed to look at an entry again; nothing else of a log is kept, it may hold values of the data. */
export type OwedEntry = Readonly<z.infer<typeof owedEntry>>;

/** An entry that a slot tries again, with what it came to the last time. */
export interface ClaimedEntry {
  readonly entry: OwedEntry;
  readonly reason: InconclusiveReason;
  readonly since_ms: number;
  readonly tries: number;
}

/** An entry that a slot leaves undecided; its event must be among the slot's. */
export interface UndecidedRecord {
  readonly entry: OwedEntry;
  readonly reason: InconclusiveReason;
}

export interface Owed {
  /** How many entries are undecided. */
  undecidedEntries(): number;
  /** The newest hour of the entries that the run of this lease has not tried yet; null where there are none. */
  newestOwedHour(lease: Lease): string | null;
  /**
   * Gives up the entries that the run of this lease has tried and that were undecided before this time already, each
   * with an `expire` in the table `action`; returns how many.
   */
  expireOwed(lease: Lease, before_ms: number, now_ms: number): number;
}

const claimedRow = z
  .object({
    entry: z.string().transform((text, context): OwedEntry => {
      const parsed = owedEntry.safeParse(jsonOf(text));
      if (parsed.success) return parsed.data;
      context.addIssue({ code: 'custom', message: 'no entry that is owed' });
      return z.NEVER;
    }),
    reason: z.enum(INCONCLUSIVE_REASONS),
    since_ms: z.int(),
    tries: z.int(),
  })
  .transform((row): ClaimedEntry => row);
const countRow = z.object({ entries: z.int() });
const claimableRow = z.object({ entries: z.int(), newest_hour: z.string().nullable() });

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** After every hour that a slot can have. */
const ANY_HOUR = '9999-12-31T23';

export function owedIn(database: Database): Owed {
  return {
    undecidedEntries: () => database.one(countRow, query('store/owed-count'))?.entries ?? 0,
    newestOwedHour: ({ token }) => claimable(database, ANY_HOUR, token).newest_hour,
    expireOwed: ({ token }, before_ms, now_ms) =>
      database.transaction(() => {
        database.run(query('store/owed-expire-record', {}, { token, before_ms, now_ms }));
        return database.run(query('store/owed-expire', {}, { token, before_ms }));
      }),
  };
}

/** What a slot of this hour would try again for the run with this token. */
export function claimable(database: Database, hour: string, token: number): z.infer<typeof claimableRow> {
  const found = database.one(claimableRow, query('store/owed-claimable', {}, { hour, token }));
  return found ?? { entries: 0, newest_hour: null };
}

export function owedOfSlot(database: Database, slot_id: string): ClaimedEntry[] {
  return database.all(claimedRow, query('store/owed-of-slot', {}, { slot_id }));
}

/**
 * For use inside the transaction that commits a slot, after its events: what is decided is owed no more, what is new and
 * undecided is, and everything else that the slot tried waits for the next run.
 */
export function settleOwed(
  database: Database,
  slot: { readonly id: string; readonly hour: string },
  token: number,
  undecided: readonly UndecidedRecord[],
  now_ms: number,
): void {
  database.run(query('store/owed-decided', {}, { slot_id: slot.id }));
  for (const { entry, reason } of undecided) {
    const { comparison_id } = entry;
    const values = { comparison_id, entry: JSON.stringify(entry), reason, now_ms, hour: slot.hour, token };
    database.run(query('store/owed-upsert', {}, values));
  }
  database.run(query('store/owed-release', {}, { slot_id: slot.id, token }));
}
