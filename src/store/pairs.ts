/**
 * Landing pairs: which landings stand opposite each other in a pairing, and whether they are owed a comparison.
 *
 * A pair follows its landings: whatever a look changes, the pairs of what it found and of what went are brought up to
 * date in the same transaction. Two landings are `owed` one comparison, once; a landing that stands alone is `pending`
 * until somebody told at the deadline that its partner is `missing`, or until it is given up as `expired`.
 */
import { z } from 'zod';
import { query } from '../sql/query-file.ts';
import type { SqlValue } from '../sql/sql.ts';
import type { ComparisonRecord } from './comparison-record.ts';
import { type Database, placeholders } from './database.ts';
import type { LandingRecord, LookRecord, PairPlace, PairRecord } from './landing-record.ts';
import { landingsById } from './landing-rows.ts';
import { type Lease, requireLease } from './leases.ts';

export const PAIR_STATES = ['pending', 'owed', 'compared', 'missing', 'expired'] as const;

const pairRow = z.object({
  job: z.string(),
  pairing: z.string(),
  partition_key: z.string(),
  state: z.enum(PAIR_STATES),
  deadline_ms: z.int().nullable(),
  production_landing_id: z.string().nullable(),
  shadow_landing_id: z.string().nullable(),
});

const KEY_NAMES = ['job', 'pairing', 'partition_key'];
const GROUP_NAMES = ['job', 'pairing', 'production_table', 'shadow_table', 'places'];

/** For use inside a transaction, after the landings. */
export function bringPairsUpToDate(database: Database, pairs: readonly PairPlace[], gone: LookRecord['gone']): void {
  const groups = groupsOf(pairs);
  database.runEach(query('store/pairs-write', {}, placeholders(GROUP_NAMES)), groups);
  // A pair loses its last landing only where something went; the rest need not be asked.
  const emptied = new Set(gone.map(({ job }) => job));
  const maybeEmpty = groups.filter(({ job }) => emptied.has(job));
  database.runEach(query('store/pairs-delete-empty', {}, placeholders(GROUP_NAMES)), maybeEmpty);
}

interface PlaceGroup {
  readonly job: string;
  readonly pairing: string;
  readonly production_table: string;
  readonly shadow_table: string;
  /** JSON: partition key and deadline of each. */
  readonly places: string;
}

/**
 * One statement for all partitions of a pairing, which costs half as much as one for each. Both sides name the pair that
 * they stand in: it is asked for once, and of two deadlines the one that was given last counts.
 */
function groupsOf(pairs: readonly PairPlace[]): PlaceGroup[] {
  const tablesOf = ({ job, pairing, tables }: PairPlace): string =>
    `${job}\0${pairing}\0${tables.production}\0${tables.shadow}`;
  return [...Map.groupBy(pairs, tablesOf).values()].map((group) => {
    const [{ job, pairing, tables }] = group as [PairPlace, ...PairPlace[]];
    const deadlines = new Map<string, number | null>();
    for (const { partition_key, deadline_ms } of group) {
      deadlines.set(partition_key, deadline_ms ?? deadlines.get(partition_key) ?? null);
    }
    const places = JSON.stringify([...deadlines].map(([key, deadline_ms]) => [key.toWellFormed(), deadline_ms]));
    return { job, pairing, production_table: tables.production, shadow_table: tables.shadow, places };
  });
}

export function owedPairs(database: Database, jobs: readonly string[], limit: number): PairRecord[] {
  return pairsFrom(database, 'store/pairs-owed', { jobs, limit });
}

export function overduePairs(
  database: Database,
  jobs: readonly string[],
  before_ms: number,
  limit: number,
): PairRecord[] {
  return pairsFrom(database, 'store/pairs-overdue', { jobs, before_ms, limit });
}

export function expirePairs(
  database: Database,
  jobs: readonly string[],
  before_ms: number,
  lease: Lease,
  now_ms: number,
): number {
  return database.transaction(() => {
    requireLease(database, lease);
    database.run(query('store/pairs-resume', {}, { jobs, before_ms }));
    database.run(query('store/pairs-expire-record', {}, { jobs, before_ms, now_ms }));
    return database.run(query('store/pairs-expire', {}, { jobs, before_ms }));
  });
}

export function pairOf(database: Database, job: string, pairing: string, partition_key: string): PairRecord | null {
  return pairsFrom(database, 'store/pair-read', { job, pairing, partition_key })[0] ?? null;
}

export function pairsOf(database: Database, job: string, limit: number): PairRecord[] {
  return pairsFrom(database, 'store/pairs-of-job', { job, limit });
}

/** As of one moment: a look may change landings and pairs between two questions. */
function pairsFrom(
  database: Database,
  name: 'store/pairs-owed' | 'store/pairs-overdue' | 'store/pair-read' | 'store/pairs-of-job',
  values: Readonly<Record<string, SqlValue>>,
): PairRecord[] {
  return database.snapshot(() => {
    const rows = database.all(pairRow, query(name, {}, values));
    const ids = rows.flatMap((row) => [row.production_landing_id, row.shadow_landing_id]).filter((id) => id !== null);
    const landings = landingsById(database, ids);
    const landing = (id: string | null): LandingRecord | null => (id === null ? null : (landings.get(id) ?? null));
    return rows.map(({ production_landing_id, shadow_landing_id, ...pair }) => ({
      ...pair,
      landings: { production: landing(production_landing_id), shadow: landing(shadow_landing_id) },
    }));
  });
}

/** For use inside a transaction, after the comparisons: pairs that have other landings by now are left as they are. */
export function settlePairs(database: Database, comparisons: readonly ComparisonRecord[]): void {
  const names = [...KEY_NAMES, 'production_landing_id', 'shadow_landing_id'];
  database.runEach(
    query('store/pair-settle', {}, placeholders(names)),
    comparisons.map(({ job, pairing, partition_key, landing_ids }) => ({
      job,
      pairing,
      partition_key,
      production_landing_id: landing_ids.production,
      shadow_landing_id: landing_ids.shadow,
    })),
  );
}
