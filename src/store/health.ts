/** What is asked of the catalog by health checks, metrics and the index page: how long ago what happened last. */
import { z } from 'zod';
import { OUTCOMES, type Outcome } from '../core/outcome.ts';
import { query } from '../sql/query-file.ts';
import type { Database } from './database.ts';
import { PAIR_STATES } from './pairs.ts';

export interface HealthFacts {
  /** When the newest landing was found; null: never. */
  readonly last_landing_ms: number | null;
  readonly last_comparison_ms: number | null;
  /** When a slot was committed last. */
  readonly last_slot_ms: number | null;
  /** The hour of the oldest log segment that is still to be analysed, as time; null: none waits. Hours given up do not. */
  readonly oldest_unanalysed_ms: number | null;
  readonly comparisons: Readonly<Record<Outcome, number>>;
  readonly slots: Readonly<Record<'claimed' | 'committed' | 'failed', number>>;
  readonly pairs: Readonly<Record<'pending' | 'owed' | 'compared' | 'missing' | 'expired', number>>;
  readonly tellings: Readonly<Record<'told' | 'waiting' | 'refused', number>>;
  readonly undecided: number;
  readonly runs: readonly ScheduledRun[];
}

/** How a scheduled job went last, in whichever process. */
export interface ScheduledRun {
  readonly job: string;
  readonly started_at_ms: number;
  readonly succeeded_at_ms: number | null;
  readonly failed_at_ms: number | null;
  /** Of the last failure; null once it succeeded again. */
  readonly trouble: string | null;
}

export interface Health {
  /** Counted in SQL over indexes where there are many rows: a scrape of 2 million comparisons stays below 100 ms. */
  healthFacts(): HealthFacts;
  startRun(job: string, now_ms: number): void;
  endRun(job: string, trouble: string | null, now_ms: number): void;
}

const momentsRow = z.object({
  last_landing_ms: z.int().nullable(),
  last_comparison_ms: z.int().nullable(),
  last_slot_ms: z.int().nullable(),
  oldest_hour: z.string().nullable(),
  undecided: z.int(),
});
const slotRow = z.object({ counted: z.enum(['claimed', 'committed', 'failed']), count: z.int() });
const comparisonRow = z.object({ counted: z.enum(OUTCOMES), count: z.int() });
const pairRow = z.object({ counted: z.enum(PAIR_STATES), count: z.int() });
const tellingRow = z.object({ counted: z.enum(['told', 'waiting', 'refused']), count: z.int() });
const runRow = z.object({
  job: z.string(),
  started_at_ms: z.int(),
  succeeded_at_ms: z.int().nullable(),
  failed_at_ms: z.int().nullable(),
  trouble: z.string().nullable(),
}) satisfies z.ZodType<ScheduledRun>;

/**
 * Comparisons and pairs are not counted here: triggers keep their tallies (a row for each outcome; a few for each job).
 * Open and refused tellings are counted over an index of those alone, slots as they are: one or two an hour.
 */
export function healthIn(database: Database): Health {
  return {
    healthFacts: () =>
      database.snapshot(() => {
        const moments = database.one(momentsRow, query('store/health-moments'));
        if (moments === null) throw new Error('a select without FROM gave no row');
        const { oldest_hour, ...own } = moments;
        return {
          ...own,
          oldest_unanalysed_ms: oldest_hour === null ? null : Date.parse(`${oldest_hour}:00:00.000Z`),
          comparisons: {
            match: 0,
            match_agreed: 0,
            mismatch: 0,
            inconclusive: 0,
            ...countsOf(database.all(comparisonRow, query('store/health-comparisons'))),
          },
          slots: {
            claimed: 0,
            committed: 0,
            failed: 0,
            ...countsOf(database.all(slotRow, query('store/health-slots'))),
          },
          pairs: {
            pending: 0,
            owed: 0,
            compared: 0,
            missing: 0,
            expired: 0,
            ...countsOf(database.all(pairRow, query('store/health-pairs'))),
          },
          tellings: {
            told: 0,
            waiting: 0,
            refused: 0,
            ...countsOf(database.all(tellingRow, query('store/health-tellings'))),
          },
          runs: database.all(runRow, query('store/scheduled-runs')),
        };
      }),
    startRun(job, now_ms) {
      database.run(query('store/scheduled-run-start', {}, { job, now_ms }));
    },
    endRun(job, trouble, now_ms) {
      database.run(query('store/scheduled-run-end', {}, { job, trouble, now_ms }));
    },
  };
}

function countsOf<Name extends string>(rows: readonly { readonly counted: Name; readonly count: number }[]) {
  return Object.fromEntries(rows.map(({ counted, count }) => [counted, count])) as Partial<Record<Name, number>>;
}
