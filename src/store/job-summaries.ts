/** What `shadowcheck jobs` lists, from counts that are kept as the pairs change: 20,000 jobs are some ten thousand rows. */
import { z } from 'zod';
import { OUTCOMES } from '../core/outcome.ts';
import { query } from '../sql/query-file.ts';
import type { Database } from './database.ts';
import type { PairState } from './landing-record.ts';
import { PAIR_STATES } from './pairs.ts';

export interface JobSummary {
  readonly job: string;
  readonly pairs: Readonly<Partial<Record<PairState, number>>>;
  /** Of the last comparison of each pair. */
  readonly outcomes: Readonly<Partial<Record<'match' | 'match_agreed' | 'mismatch' | 'inconclusive', number>>>;
  /** Of the matches, those that a seeded landing makes worthless as evidence. */
  readonly seeded_matches: number;
  readonly partition_counts: readonly { readonly table: string; readonly partitions: number }[];
  readonly newest_landing: {
    readonly partition_key: string;
    readonly table: string;
    readonly landed_at_ms: number;
  } | null;
}

const tallyRow = z.object({
  job: z.string(),
  state: z.enum(PAIR_STATES),
  /** Null: none. */
  outcome: z.enum(OUTCOMES).nullable(),
  is_seeded: z.int(),
  pairs: z.int(),
});
const newestRow = z.object({ job: z.string(), partition_key: z.string(), table: z.string(), landed_at_ms: z.int() });
const stampRow = z.object({ job: z.string(), table: z.string(), partitions: z.int() });

/** Of every job that has a landing, a pair or a table that was looked at, by name. */
export function jobSummaries(database: Database): JobSummary[] {
  return database.snapshot(() => {
    const tallies = Map.groupBy(database.all(tallyRow, query('store/pair-tallies')), ({ job }) => job);
    const newest = new Map(database.all(newestRow, query('store/newest-landings')).map((row) => [row.job, row]));
    const stamps = Map.groupBy(database.all(stampRow, query('store/table-stamps')), ({ job }) => job);
    const jobs = [...new Set([...tallies.keys(), ...newest.keys(), ...stamps.keys()])].sort();
    return jobs.map((job) => ({
      ...counted(job, tallies.get(job) ?? []),
      partition_counts: (stamps.get(job) ?? []).map(({ table, partitions }) => ({ table, partitions })),
      newest_landing: withoutJob(newest.get(job)),
    }));
  });
}

function counted(
  job: string,
  tallies: readonly z.infer<typeof tallyRow>[],
): Pick<JobSummary, 'job' | 'pairs' | 'outcomes' | 'seeded_matches'> {
  const pairs: Partial<Record<PairState, number>> = {};
  const outcomes: { -readonly [outcome in keyof JobSummary['outcomes']]: number } = {};
  let seeded_matches = 0;
  for (const tally of tallies) {
    pairs[tally.state] = (pairs[tally.state] ?? 0) + tally.pairs;
    if (tally.outcome === null) continue;
    outcomes[tally.outcome] = (outcomes[tally.outcome] ?? 0) + tally.pairs;
    const isMatch = tally.outcome === 'match' || tally.outcome === 'match_agreed';
    if (isMatch && tally.is_seeded === 1) seeded_matches += tally.pairs;
  }
  return { job, pairs, outcomes, seeded_matches };
}

function withoutJob(newest: z.infer<typeof newestRow> | undefined): JobSummary['newest_landing'] {
  if (newest === undefined) return null;
  const { partition_key, table, landed_at_ms } = newest;
  return { partition_key, table, landed_at_ms };
}
