/**
 * The flow of detection, over the jobs of one share:
 *
 *   tables looked at ─► landings and pairs recorded ─► owed pairs compared ─► overdue pairs told ─► logs written
 *
 * Each step records what it did in one transaction and reads what it has to do from the catalog, so that it may be ended
 * anywhere, by anything, and the next pass goes on. A look and its stamps are one record: a stamp says "seen".
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CatchUp, Config, IngestionJob } from '../config/config.ts';
import type { Trouble } from '../core/operating-error.ts';
import type { Outcome } from '../core/outcome.ts';
import { stampToListAgain } from '../partition/known-folders.ts';
import type { Catalog, Lease } from '../store/catalog.ts';
import type { LandingRecord, LookRecord } from '../store/landing-record.ts';
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
import { findInFolder, together } from './find-landings.ts';
import { tablesOf } from './job-tables.ts';
import { overdueComparison } from './tell-overdue.ts';
import { findTold } from './told-landings.ts';

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

export interface Detected {
  tables: number;
  partitions: number;
  not_landed: number;
  /** Landings that were not known. */
  landings: number;
  outcomes: Record<Outcome, number>;
  /** Pairs of which a side was told missing or not landed at the deadline. */
  overdue: number;
  expired: number;
  /** Pairs whose files were others than recorded when they were to be compared: the newer landing is owed. */
  superseded: number;
  readonly troubles: Trouble[];
}

export function nothingDetected(): Detected {
  const outcomes = { match: 0, match_agreed: 0, mismatch: 0, inconclusive: 0 };
  return {
    tables: 0,
    partitions: 0,
    not_landed: 0,
    landings: 0,
    outcomes,
    overdue: 0,
    expired: 0,
    superseded: 0,
    troubles: [],
  };
}

/** A pair whose files had changed is found again by another look; so often in one pass, then it is left to the next. */
const LOOKS_MAX = 3;

export async function detectLanded(
  share: Share,
  setting: DetectSetting,
  effects: DetectEffects,
  detected: Detected,
): Promise<void> {
  let looked: Looked = { at_ms: 0, isLost: () => false };
  let superseded: Superseded = new Map();
  for (let look = 1; look <= LOOKS_MAX && !effects.signal.aborted; look += 1) {
    looked = await lookAtTables(share, setting, effects, detected);
    await effects.onRecorded();
    const before = superseded;
    superseded = await compareOwed(share, setting, effects, detected);
    // Those of which a look found no newer landing will not have one by another look either.
    if ([...superseded.keys()].every((id) => before.has(id))) break;
  }
  if (!effects.signal.aborted) {
    tellSuperseded(superseded, looked, share, setting, effects, detected);
    await tellOverdue(looked, share, setting, effects, detected);
  }
  await effects.onRecorded();
}

/** The last look, by which it is judged what is missing: what landed after it is nobody's fault. */
interface Looked {
  /** When it began. */
  readonly at_ms: number;
  readonly isLost: (job: string, table: string) => boolean;
}

/** Pairs of which the files were others than recorded; by comparison. */
type Superseded = ReadonlyMap<string, readonly [OwedPair, CompareResult]>;

/** Landings of so many, or as many tables, are recorded together. */
const CHUNK = 10_000;
/** The event loop serves health checks between two tables at least so often. */
const TURN_MS = 20;

async function lookAtTables(
  { jobs, lease }: Share,
  { config, catalog }: DetectSetting,
  { now, signal }: DetectEffects,
  detected: Detected,
): Promise<Looked> {
  const at_ms = now().getTime();
  const lost = new Set<string>();
  let looks: LookRecord[] = [];
  let size = 0;
  const commit = (): void => {
    if (looks.length > 0) detected.landings += catalog.commitLook(together(looks), lease, now().getTime());
    looks = [];
    size = 0;
  };
  const since_ms = windowStart(config.catch_up, at_ms);
  let turn = performance.now();
  for (const job of jobs) {
    if (signal.aborted) break;
    for (const table of tablesOf(job)) {
      const stamp = catalog.stampOf(job.name, table.id);
      const currentOf = (key: string): LandingRecord | null => catalog.currentLanding(job.name, table.id, key);
      const finds = findInFolder(table, stamp, { now_ms: now().getTime(), since_ms, currentOf });
      if (finds.is_lost) lost.add(JSON.stringify([job.name, table.id]));
      detected.tables += 1;
      detected.partitions += finds.partitions;
      detected.not_landed += finds.not_landed;
      detected.troubles.push(...finds.troubles);
      if (isNothing(finds.look)) continue;
      looks.push(finds.look);
      size += 1 + finds.look.found.length + finds.look.gone.length;
    }
    const told = await findTold(job, catalog, now().getTime());
    if (!isNothing(told)) {
      looks.push(told);
      size += told.told.length;
    }
    if (size >= CHUNK) commit();
    if (performance.now() - turn < TURN_MS) continue;
    await nextTurn();
    turn = performance.now();
  }
  commit();
  return { at_ms, isLost: (job, table) => lost.has(JSON.stringify([job, table])) };
}

function isNothing({ found, gone, stamps, told }: LookRecord): boolean {
  return found.length + gone.length + stamps.length + told.length === 0;
}

/** Before this, nothing is caught up on; null: everything is. */
export function windowStart(catchUp: CatchUp, now_ms: number): number | null {
  return catchUp.mode === 'all' ? null : now_ms - (catchUp.window_ms ?? DEFAULT_WINDOW_MS);
}

const DEFAULT_WINDOW_MS = 7 * 24 * 3_600_000;

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
  const superseded = new Map<string, readonly [OwedPair, CompareResult]>();
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
  detected.superseded += superseded.size;
  return superseded;
}

/** Compares and records; returns what was superseded. An engine that cannot start ends the run as a whole. */
export async function comparePairs(
  pairs: readonly OwedPair[],
  lease: Lease,
  { config, catalog, spill, threads }: DetectSetting,
  { now, runBatch, signal, onRecorded, onCompared }: DetectEffects,
  detected: Detected,
): Promise<readonly (readonly [OwedPair, CompareResult])[]> {
  const byId = new Map(pairs.map((pair) => [pair.comparison_id, pair]));
  const requests = pairs.map((pair) => compareRequestOf(pair, catalog));
  const batches = batchesOf(requests, { workers: config.limits.workers, threads });
  const superseded: (readonly [OwedPair, CompareResult])[] = [];
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
  superseded: Superseded,
  { at_ms }: Looked,
  { lease }: Share,
  { catalog }: DetectSetting,
  { now }: DetectEffects,
  detected: Detected,
): void {
  const now_ms = now().getTime();
  const records = [];
  for (const [pair, result] of superseded.values()) {
    const owed = catalog.pairOf(pair.job.name, pair.pairing.name, pair.partition_key);
    if (owed?.deadline_ms === null || owed === null || owed.deadline_ms >= at_ms) continue;
    records.push(comparisonRecordOf(pair, result, now_ms));
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
