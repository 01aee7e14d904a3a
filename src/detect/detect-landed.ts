/**
 * The flow of detection, over the jobs of one share:
 *
 *   tables looked at ─► landings and pairs recorded ─► owed pairs compared ─► overdue pairs told ─► logs written
 *
 * Each step records what it did in one transaction and reads what it has to do from the catalog, so that it may be ended
 * anywhere, by anything, and the next pass goes on. A look and its stamps are one record: a stamp says "seen".
 */
import { windowStart } from '../config/catch-up.ts';
import type { Config, IngestionJob } from '../config/config.ts';
import type { Trouble } from '../core/operating-error.ts';
import type { Outcome } from '../core/outcome.ts';
import { stampToListAgain } from '../partition/known-folders.ts';
import type { Catalog, Lease } from '../store/catalog.ts';
import type { LandingRecord } from '../store/landing-record.ts';
import { batchesOf } from './batches.ts';
import {
  batchSpill,
  compareRequestOf,
  comparisonRecordOf,
  fingerprintsOf,
  type OwedPair,
  owedPairOf,
} from './compare-owed.ts';
import type { CompareBatch, CompareResult } from './compare-request.ts';
import { type LookCounts, type Looked, lookAtTables, nothingSeen } from './look-at-tables.ts';
import { overdueComparison } from './tell-overdue.ts';

export interface Share {
  readonly jobs: readonly IngestionJob[];
  readonly lease: Lease;
}

export interface DetectEffects {
  readonly now: () => Date;
  readonly signal: AbortSignal;
  /** Compares the pairs of a batch, in a child process; never rejects for what data or files do. */
  readonly runBatch: (batch: CompareBatch) => Promise<readonly CompareResult[]>;
  /** After each batch, and after each step: what is recorded may be put into the logs. */
  readonly onRecorded: () => Promise<void>;
  readonly onCompared: (pair: OwedPair, result: CompareResult) => void;
}

export interface DetectSetting {
  readonly config: Config;
  readonly catalog: Catalog;
  /** Parent of the batches' spill folders. */
  readonly spill: string;
  readonly threads: number;
}

/** What a pass came to; of its looks the last one, and the landings and troubles of all. */
export interface Detected extends LookCounts {
  outcomes: Record<Outcome, number>;
  /** Pairs of which a side was told missing or not landed at the deadline. */
  overdue: number;
  expired: number;
  /** Pairs whose files were others than recorded when they were to be compared: the newer landing is owed. */
  superseded: number;
}

export function nothingDetected(): Detected {
  const outcomes = { match: 0, match_agreed: 0, mismatch: 0, inconclusive: 0 };
  return { ...nothingSeen(), outcomes, overdue: 0, expired: 0, superseded: 0 };
}

/** A pair whose files had changed is found again by another look; so often in one pass, then it is left to the next. */
const LOOKS_MAX = 3;

export async function detectLanded(
  share: Share,
  setting: DetectSetting,
  effects: DetectEffects,
  detected: Detected,
): Promise<void> {
  let looked: Looked = { at_ms: 0, counts: nothingSeen(), isLost: () => false };
  const troubles = new Map<string, Trouble>();
  const moved = new Set<string>();
  let superseded: Superseded = new Map();
  let before: Superseded = new Map();
  try {
    for (let look = 1; look <= LOOKS_MAX && !effects.signal.aborted; look += 1) {
      looked = await lookAtTables(share, setting, effects);
      detected.landings += looked.counts.landings;
      // What one look tells the next one may tell again, or have settled.
      for (const trouble of looked.counts.troubles) troubles.set(JSON.stringify(trouble), trouble);
      await effects.onRecorded();
      before = superseded;
      superseded = await compareOwed(share, setting, effects, detected);
      for (const id of superseded.keys()) moved.add(id);
      // Those of which a look found no newer landing will not have one by another look either.
      if ([...superseded.keys()].every((id) => before.has(id))) break;
    }
  } finally {
    const { tables, partitions, not_landed, not_landed_example } = looked.counts;
    detected.tables += tables;
    detected.partitions += partitions;
    detected.not_landed += not_landed;
    detected.not_landed_example ??= not_landed_example;
    detected.superseded += moved.size;
    detected.troubles.push(...troubles.values());
  }
  if (!effects.signal.aborted) {
    const stuck = [...superseded.values()].filter(([{ comparison_id }]) => before.has(comparison_id));
    tellSuperseded(stuck, looked, share, setting, effects, detected);
    await tellOverdue(looked, share, setting, effects, detected);
  }
  await effects.onRecorded();
}

/** A pair of which the files were others than recorded. */
type SupersededPair = readonly [OwedPair, CompareResult];
/** By comparison. */
type Superseded = ReadonlyMap<string, SupersededPair>;

/** Pairs that are taken from the catalog at once. */
const TAKEN = 1_024;

/** Returns the pairs that had other files than recorded; their tables are listed anew at the next look. */
async function compareOwed(
  share: Share,
  setting: DetectSetting,
  effects: DetectEffects,
  detected: Detected,
): Promise<Superseded> {
  const { config, catalog } = setting;
  const names = share.jobs.map(({ name }) => name);
  const seen = new Set<string>();
  const superseded = new Map<string, SupersededPair>();
  // Pairs that were superseded stay owed as they are until the next look, those that the config has no more for ever: they
  // are passed over, however many there are.
  let passedOver = 0;
  while (!effects.signal.aborted) {
    const limit = TAKEN + passedOver;
    const owed = catalog.owedPairs(names, limit);
    const taken = owed.flatMap((record) => {
      const pair = owedPairOf(record, config.jobs);
      return pair === null || seen.has(pair.comparison_id) ? [] : [pair];
    });
    passedOver = owed.length - taken.length;
    if (taken.length === 0) {
      if (owed.length < limit) break;
      continue;
    }
    for (const { comparison_id } of taken) seen.add(comparison_id);
    for (const one of await comparePairs(taken, share.lease, setting, effects, detected)) {
      superseded.set(one[0].comparison_id, one);
    }
    await effects.onRecorded();
  }
  return superseded;
}

/** Compares and records; returns what was superseded. An engine that cannot start ends the run as a whole. */
export async function comparePairs(
  pairs: readonly OwedPair[],
  lease: Lease,
  { config, catalog, spill, threads }: DetectSetting,
  { now, runBatch, signal, onRecorded, onCompared }: DetectEffects,
  detected: Detected,
): Promise<readonly SupersededPair[]> {
  const byId = new Map(pairs.map((pair) => [pair.comparison_id, pair]));
  const requests = pairs.map((pair) => compareRequestOf(pair, catalog));
  const batches = batchesOf(requests, { workers: config.limits.workers, threads });
  const superseded: SupersededPair[] = [];
  const runs = batches.map(async (batch, number) => {
    if (signal.aborted) return;
    const results = await runBatch({
      ...batch,
      memory_bytes: BigInt(config.limits.item_memory_bytes),
      spill: batchSpill(spill, number),
    });
    if (signal.aborted) return; // what was cancelled says nothing of the data
    const compared: (readonly [OwedPair, CompareResult])[] = [];
    for (const result of results) {
      const pair = byId.get(result.comparison_id);
      if (pair === undefined) throw new Error(`a result for ${result.comparison_id}, which was not asked for`);
      if (result.superseded.length === 0) compared.push([pair, result]);
      else {
        superseded.push([pair, result]);
        for (const side of result.superseded) listAgain(catalog, pair.landings[side]);
      }
    }
    const now_ms = now().getTime();
    const records = compared.map(([pair, result]) => comparisonRecordOf(pair, result, now_ms));
    const fingerprints = compared.flatMap(([pair, result]) => fingerprintsOf(pair, result));
    catalog.commitComparisons(records, fingerprints, lease, now_ms);
    for (const [pair, result] of compared) {
      detected.outcomes[result.outcome] += 1;
      onCompared(pair, result);
    }
    await onRecorded();
  });
  const ended = await Promise.allSettled(runs);
  const failed = ended.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return superseded;
}

function listAgain(catalog: Catalog, { job, table }: LandingRecord): void {
  const before = catalog.stampOf(job, table);
  if (before !== null) catalog.replaceStamp(job, table, { before, after: stampToListAgain(before) });
}

/**
 * Pairs that stay owed though a look has listed their files again: nobody says that what stands there has landed. Once
 * their time is over that is told; their landings are no more, and a newer one is compared by itself.
 */
function tellSuperseded(
  stuck: readonly SupersededPair[],
  { at_ms }: Looked,
  { lease }: Share,
  { catalog }: DetectSetting,
  { now }: DetectEffects,
  detected: Detected,
): void {
  const now_ms = now().getTime();
  const records = [];
  for (const [pair, result] of stuck) {
    const deadline_ms = catalog.pairOf(pair.job.name, pair.pairing.name, pair.partition_key)?.deadline_ms ?? null;
    if (deadline_ms !== null && deadline_ms < at_ms) records.push(comparisonRecordOf(pair, result, now_ms));
  }
  if (records.length === 0) return;
  catalog.commitComparisons(records, [], lease, now_ms);
  for (const { outcome } of records) detected.outcomes[outcome] += 1;
}

async function tellOverdue(
  { at_ms, isLost }: Looked,
  { jobs, lease }: Share,
  { config, catalog }: DetectSetting,
  { now, signal }: DetectEffects,
  detected: Detected,
): Promise<void> {
  const names = jobs.map(({ name }) => name);
  const now_ms = now().getTime();
  const since_ms = windowStart(config.catch_up, at_ms);
  if (since_ms !== null) detected.expired += catalog.expirePairs(names, since_ms, lease, now_ms);
  const seen = new Set<string>();
  while (!signal.aborted) {
    const overdue = catalog
      .overduePairs(names, at_ms, TAKEN + seen.size)
      .filter(({ job, pairing, partition_key }) => !seen.has(JSON.stringify([job, pairing, partition_key])));
    if (overdue.length === 0) return;
    const records = [];
    for (const pair of overdue) {
      if (signal.aborted) break;
      seen.add(JSON.stringify([pair.job, pair.pairing, pair.partition_key]));
      const record = await overdueComparison(pair, config.jobs, { now_ms, isLost });
      if (record !== null) records.push(record);
    }
    // After a rebuild the pairs are made again, and what was told of them is known: it is told once.
    const fresh = records.filter(({ comparison_id }) => catalog.comparisonById(comparison_id) === null);
    catalog.commitComparisons(records, [], lease, now_ms);
    detected.overdue += fresh.length;
    for (const { outcome } of fresh) detected.outcomes[outcome] += 1;
  }
}
