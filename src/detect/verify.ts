/**
 * The oracle: what the logs and reports must hold, derived from the folders alone. Every table is listed anew, every pair
 * compared, and each that is no match must stand in the mismatch log under the landings that stand there now, and in a
 * report once its hour has been analysed. What does not is printed: it was lost, or doubled.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { windowStart } from '../config/catch-up.ts';
import type { Config } from '../config/config.ts';
import type { Trouble } from '../core/operating-error.ts';
import { parsePartitionKey } from '../core/partition-key.ts';
import { mapSides, SIDES, type Side, type Sided } from '../core/side.ts';
import type { Catalog } from '../store/catalog.ts';
import type { PairRecord } from '../store/landing-record.ts';
import { batchesOf } from './batches.ts';
import { batchSpill, compareRequestOf, type OwedPair, owedPairOf } from './compare-owed.ts';
import type { CompareBatch, CompareResult } from './compare-request.ts';
import { timesOf } from './job-tables.ts';
import { type StandingPair, standingPairs } from './standing-pairs.ts';
import { judgeOverdue, lookAtPlace } from './tell-overdue.ts';

export const LOSSES = ['not_logged', 'not_reported', 'doubled'] as const;

/** A mismatch that should be in the log and in a report, and is not; or is there twice. */
export interface Loss {
  readonly loss: (typeof LOSSES)[number];
  readonly job: string;
  readonly pairing: string;
  readonly partition_key: string;
  readonly comparison_id: string | null;
  readonly text: string;
}

export interface Verified {
  readonly losses: readonly Loss[];
  readonly pairs: number;
  readonly compared: number;
  /** Entries of the last hours, which wait for their analysis. */
  readonly waiting: number;
  /** Pairs whose files were written while they were looked at: the next run of verify sees them. */
  readonly moving: number;
  /** Pairs that were compared once and cannot be looked at now, because a table of theirs cannot be listed; not among `pairs`. */
  readonly unseen: number;
  /** What could not be looked at, and so is not vouched for. */
  readonly troubles: readonly Trouble[];
}

/** An entry of our own mismatch log, as far as it is asked for here. */
export interface LoggedEvent {
  readonly comparison_id: string;
  readonly job: string;
  readonly pairing: string;
  readonly partition_key: string;
  readonly landing_ids: Sided<string | null>;
  readonly logged_at_ms: number;
  readonly outcome: 'mismatch' | 'inconclusive';
}

/** What the store holds: the entries of the mismatch log, and how often each was decided in a published report. */
export interface StoredEvidence {
  readonly entries: readonly LoggedEvent[];
  /** By comparison id; one that was only ever inconclusive there counts 0. */
  readonly decided: ReadonlyMap<string, number>;
  /** Ids that the catalog calls analysed: their report must be there, however young they are. */
  readonly analysed: ReadonlySet<string>;
}

export interface VerifyEffects {
  readonly now: () => Date;
  readonly runBatch: (batch: CompareBatch) => Promise<readonly CompareResult[]>;
  readonly onJob: (done: number, total: number) => void;
}

export interface VerifySetting {
  readonly config: Config;
  readonly catalog: Catalog;
  readonly spill: string;
  /** Reads every file again, whatever fingerprints are kept of it. */
  readonly anew: boolean;
}

export async function verifyStore(
  stored: StoredEvidence,
  setting: VerifySetting,
  effects: VerifyEffects,
): Promise<Verified> {
  const losses: Loss[] = [];
  const logged = new Map<string, LoggedEvent>();
  for (const entry of stored.entries)
    logged.set(placeOf(entry.job, entry.pairing, entry.partition_key, entry.landing_ids), entry);
  const troubles: Trouble[] = [...setting.config.discovery_troubles];
  const counts = { pairs: 0, compared: 0, moving: 0, unseen: 0 };
  const jobs = [...setting.config.jobs.values()].filter(({ compared }) => compared);
  for (const [done, job] of jobs.entries()) {
    const standing = standingPairs(job, setting.catalog, effects.now().getTime());
    troubles.push(...standing.troubles);
    counts.pairs += standing.pairs.length;
    counts.unseen += standing.unseen;
    const { expected, compared, moving } = await expectedOf(standing.pairs, setting, effects);
    counts.compared += compared;
    counts.moving += moving;
    for (const one of expected) if (!logged.has(one.place)) losses.push(one.loss);
    effects.onJob(done + 1, jobs.length);
    await nextTurn();
  }
  const { unreported, waiting } = judgeReports(stored, setting.config, effects.now().getTime());
  return { losses: [...losses, ...unreported], ...counts, waiting, troubles };
}

interface Expected {
  readonly place: string;
  readonly loss: Loss;
}

async function expectedOf(
  standing: readonly StandingPair[],
  setting: VerifySetting,
  effects: VerifyEffects,
): Promise<{ expected: readonly Expected[]; compared: number; moving: number }> {
  const expected: Expected[] = [];
  const owed: OwedPair[] = [];
  const now_ms = effects.now().getTime();
  for (const pair of standing) {
    const record: PairRecord = { ...keyOf(pair), state: 'owed', deadline_ms: null, landings: pair.landings };
    const asked = { trigger: 'request', rechecks: null } as const;
    const whole = owedPairOf(record, setting.config.jobs, asked);
    if (whole !== null) owed.push(whole);
    else expected.push(...(await expectedMissing(pair, setting, now_ms)));
  }
  const results = await compareAll(owed, setting, effects);
  let moving = 0;
  for (const [pair, result] of results) {
    if (result.superseded.length > 0) moving += 1;
    else if (result.outcome === 'mismatch' || result.outcome === 'inconclusive') {
      const text = result.inconclusive_reason ?? result.kinds.join(', ');
      expected.push(expectedEntry({ ...pair, landings: pair.landings }, `${result.outcome}: ${text}`));
    }
  }
  return { expected, compared: owed.length, moving };
}

async function compareAll(
  pairs: readonly OwedPair[],
  { catalog, config, spill, anew }: VerifySetting,
  { runBatch }: VerifyEffects,
): Promise<readonly (readonly [OwedPair, CompareResult])[]> {
  const byId = new Map(pairs.map((pair) => [pair.comparison_id, pair]));
  const requests = pairs.map((pair) => ({ ...compareRequestOf(pair, catalog), anew }));
  const { workers } = config.limits;
  const results = await Promise.all(
    batchesOf(requests, { workers, threads: workers }).map((batch, number) =>
      runBatch({
        ...batch,
        memory_bytes: BigInt(config.limits.item_memory_bytes),
        spill: batchSpill(spill, number),
      }),
    ),
  );
  return results.flat().flatMap((result) => {
    const pair = byId.get(result.comparison_id);
    return pair === undefined ? [] : [[pair, result] as const];
  });
}

/** One side is there and the other's time is over: told, once the deadline is past and inside the catch-up window. */
async function expectedMissing(
  { job, pairing, partition_key, landings }: StandingPair,
  { config, catalog }: VerifySetting,
  now_ms: number,
): Promise<readonly Expected[]> {
  const record = catalog.pairOf(job.name, pairing.name, partition_key);
  const landed = landings.production ?? landings.shadow;
  const due = timesOf(job, partition_key).due_ms ?? (landed === null ? null : landed.landed_at_ms + job.due_ms);
  const deadline = record?.deadline_ms ?? (due === null ? null : due + job.grace_ms);
  const since = windowStart(config.catch_up, now_ms);
  if (deadline === null || deadline >= now_ms || (since !== null && deadline < since)) return [];
  if (record?.state === 'compared' || record?.state === 'expired') return []; // it was there, and went after it was compared
  const absent = SIDES.find((side) => landings[side] === null) as Side;
  const place = await lookAtPlace(job, pairing.sides[absent], partition_key);
  const judged = judgeOverdue(absent, place);
  return [
    expectedEntry({ job, pairing, partition_key, landings }, judged.inconclusive_reason ?? judged.kinds.join(', ')),
  ];
}

function keyOf({ job, pairing, partition_key }: Pick<StandingPair, 'job' | 'pairing' | 'partition_key'>) {
  return { job: job.name, pairing: pairing.name, partition_key };
}

function expectedEntry(pair: StandingPair, text: string): Expected {
  const { job, pairing, partition_key } = keyOf(pair);
  const ids = mapSides(pair.landings, (landing) => landing?.id ?? null);
  return {
    place: placeOf(job, pairing, partition_key, ids),
    loss: {
      loss: 'not_logged',
      job,
      pairing,
      partition_key,
      comparison_id: null,
      text: `no entry in the mismatch log (${text})`,
    },
  };
}

function placeOf(job: string, pairing: string, partition_key: string, ids: Sided<string | null>): string {
  return JSON.stringify([job, pairing, partition_key, ids.production, ids.shadow]);
}

/** An entry of the running hour waits for its analysis; so does one of the hour before, which may be under way. */
const WAITS_MS = 2 * 3_600_000;

/** Pure: which entries of the log should have a report and have none, or have been decided twice. */
export function judgeReports(
  { entries, decided, analysed }: StoredEvidence,
  config: Pick<Config, 'jobs'>,
  now_ms: number,
): { readonly unreported: readonly Loss[]; readonly waiting: number } {
  const unreported: Loss[] = [];
  let waiting = 0;
  const seen = new Set<string>();
  for (const { comparison_id, job, pairing, partition_key, logged_at_ms } of entries) {
    const loss = (name: Loss['loss'], text: string): Loss => ({
      loss: name,
      job,
      pairing,
      partition_key,
      comparison_id,
      text,
    });
    if (seen.has(comparison_id)) {
      unreported.push(loss('doubled', 'stands in the mismatch log twice'));
      continue;
    }
    seen.add(comparison_id);
    if (!config.jobs.has(job) || parsePartitionKey(partition_key) === null) continue; // told as quarantined
    const times = decided.get(comparison_id);
    if (times === undefined) {
      if (!analysed.has(comparison_id) && now_ms - logged_at_ms < WAITS_MS) waiting += 1;
      else unreported.push(loss('not_reported', 'is in the mismatch log and in no report'));
    } else if (times > 1) unreported.push(loss('doubled', `was decided in ${times} reports`));
  }
  return { unreported, waiting };
}
