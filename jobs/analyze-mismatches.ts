/**
 * The hourly analysis: everything in the mismatch logs that has not been analysed. What is owed stands in the catalog,
 * so it does not matter how often this runs, when, or how it was ended: slots that were claimed and not committed are
 * finished first, then every published segment is claimed by a slot, oldest hour first, and at last what earlier runs
 * could not decide is looked at again. Trouble of one slot is that slot's alone.
 */

import { join } from 'node:path';
import { analyzeSlot, type SlotContext, type SlotEffects } from '../src/analyze/analyze-slot.ts';
import type { AnalysisRequest } from '../src/analyze/request.ts';
import { removeSpillFolder } from '../src/analyze/spill-folder.ts';
import { writeIndex } from '../src/analyze/write-index.ts';
import { windowStart } from '../src/config/catch-up.ts';
import type { CatchUp, Config } from '../src/config/config.ts';
import { tokenKey } from '../src/config/token-key.ts';
import { bugFrames, bugName } from '../src/core/bug.ts';
import { OperatingError } from '../src/core/operating-error.ts';
import { EXIT_CODES, Inconclusive } from '../src/core/outcome.ts';
import { openDuckdb } from '../src/engine/duckdb.ts';
import type { SlotReport } from '../src/report/slot-report.ts';
import { createAnalysisPool } from '../src/service/analysis-pool.ts';
import { storeStartedAtMs } from '../src/service/health-view.ts';
import type { KeptLease } from '../src/service/kept-lease.ts';
import type { Log } from '../src/service/log.ts';
import type { JobEffects, ScheduledJob } from '../src/service/scheduled-job.ts';
import { slotTrouble } from '../src/service/slot-trouble.ts';
import { spillFolder, sweepSpill } from '../src/service/spill.ts';
import { underLease } from '../src/service/under-lease.ts';
import { type Catalog, openCatalog, type Slot } from '../src/store/catalog.ts';
import { checkStore, nodeFiles } from '../src/store/files.ts';
import { findSegments } from '../src/store/mismatch-reader.ts';

export interface AnalysisRun {
  /** The slots that this run finished and that have a report, oldest first. */
  readonly slots: readonly SlotReport[];
  /** The run's signal ended it: what is left is owed to the next run, nothing of it was published. */
  readonly ended_early: boolean;
  /** Entries that could not be decided so far; every later run looks at them again. */
  readonly undecided: number;
  readonly index_path: string;
  /**
   * Logs that could not be looked for, slots that failed, reports that cannot be read, the gravest first. Everything
   * else was analysed all the same.
   */
  readonly troubles: readonly OperatingError[];
}

const LEASE_MS = 60_000;

export const analyzeMismatches: ScheduledJob<AnalysisRun> = {
  id: 'analyze-mismatches',
  title: 'Analyses everything in the mismatch logs that has not been analysed, and publishes the reports',
  schedule: 'analyze',
  deadline_ms: 3_600_000,
  lease_ms: LEASE_MS,
  run,
  summaryOf: ({ slots, undecided, troubles }) => ({
    counts: { slots: slots.length, undecided },
    troubles: troubles.flatMap((error) => error.troubles),
    failure: troubles.find(isFailure)?.message ?? null,
  }),
};

/** A slot that was given up is told by every run from then on: it is known, and this run did what there was to do. */
function isFailure(trouble: OperatingError): boolean {
  return trouble.exitCode === EXIT_CODES.infrastructure && trouble.code !== 'slot_failed';
}

async function run(config: Config, effects: JobEffects): Promise<AnalysisRun> {
  await checkStore(config.store);
  const catalog = openCatalog(join(config.store, 'catalog.db'));
  try {
    const run = await underLease(analyzeMismatches.id, LEASE_MS, catalog, effects, (kept) =>
      analyzeAll(config, catalog, kept, effects),
    );
    if (run === null) throw leaseHeld(catalog);
    return run.done;
  } finally {
    catalog.close();
  }
}

function leaseHeld(catalog: Catalog): OperatingError {
  return new OperatingError(EXIT_CODES.infrastructure, {
    code: 'lease_held',
    subject: analyzeMismatches.id,
    message: `another analysis is under way (${catalog.leaseOf(analyzeMismatches.id)?.holder ?? 'unknown holder'})`,
    hint: 'wait until it is done; a lease whose holder died is free after one minute',
  });
}

async function analyzeAll(
  config: Config,
  catalog: Catalog,
  kept: KeptLease,
  effects: JobEffects,
): Promise<AnalysisRun> {
  const spill = spillFolder(config.store, effects.holder.pid, analyzeMismatches.id);
  await removeSpillFolder(spill);
  await sweepSpill(join(config.store, 'spill'), effects.isAlive);
  await nodeFiles.sweepTemporary(config.store);
  const pool = createAnalysisPool({
    size: config.limits.workers,
    timeout_ms: config.limits.item_timeout_ms,
    memory_bytes: config.limits.item_memory_bytes,
    log: effects.log,
  });
  // What is under way ends as cancelled, and the check before it would be published ends the run, which closes again.
  const ended = AbortSignal.any([kept.lost, effects.signal]);
  ended.addEventListener('abort', () => void pool.close().catch(() => {}), { once: true });
  const context: SlotContext = {
    catalog,
    lease: kept.lease,
    setting: {
      config,
      token_key: tokenKey(config),
      today: effects.now().toISOString().slice(0, 10),
      spill,
      threads: 1, // the pool keeps every core busy; a second thread in each child would only contend
    },
  };
  try {
    const slots: SlotReport[] = [];
    const troubles: OperatingError[] = [];
    // Before the first slot: what has matched since the last run and differs again now has come back.
    catalog.settleIssues(kept.lease, effects.now().getTime());
    for await (const slot of owedSlots(config, catalog, kept, troubles, effects)) {
      const log = effects.log.child({ slot: slot.id });
      log.info({ segments: slot.segments.length, tried_again: slot.owed.length }, 'slot claimed');
      try {
        const report = await analyzeSlot(slot, context, slotEffects(slot, pool.run.bind(pool), log, effects));
        if (report !== null) slots.push(report);
        log.info('slot committed');
      } catch (error) {
        kept.check();
        if (effects.signal.aborted) break; // claimed as it is: the next run finishes it
        const { trouble, counts } = slotTrouble(slot.id, join(config.store, 'reports', slot.id), error);
        const state = counts
          ? catalog.failSlot(slot, kept.lease, trouble.troubles[0]?.message ?? trouble.message)
          : slot.state;
        log.error({ trouble: trouble.message, state }, 'slot failed');
        if (state !== 'failed') troubles.push(trouble); // a failed one is told with all the others that failed
      }
    }
    if (!effects.signal.aborted) expireOwed(config.catch_up, catalog, kept, effects.now().getTime());
    catalog.settleIssues(kept.lease, effects.now().getTime());
    kept.check();
    const now_ms = effects.now().getTime();
    const started_at_ms = (await storeStartedAtMs(config.store)) ?? now_ms;
    const index = await writeIndex(config, catalog, { files: nodeFiles, now_ms, started_at_ms, is_analysis: true });
    return {
      slots,
      ended_early: effects.signal.aborted,
      undecided: catalog.undecidedEntries(),
      index_path: index.path,
      troubles: [...troubles, ...index.troubles].sort((one, other) => other.exitCode - one.exitCode),
    };
  } finally {
    await pool.close();
    await removeSpillFolder(spill);
  }
}

function slotEffects(slot: Slot, runPair: SlotEffects['runPair'], log: Log, effects: JobEffects): SlotEffects {
  return {
    files: nodeFiles,
    openEngine: openDuckdb,
    runPair: async (request) => {
      try {
        return await runPair(request);
      } catch (error) {
        tellBug(log, request, error);
        throw error;
      }
    },
    now: effects.now,
    onPair: (done, total, pair) => {
      log.info(
        { job: pair.job, partition: pair.partition_key, outcome: pair.outcome, seconds: pair.seconds },
        'pair analysed',
      );
      effects.onProgress({ slot: slot.id, done, total });
    },
    onPutAside: (path) => log.error({ path }, 'a damaged report was put aside; the slot is analysed again'),
    signal: effects.signal,
  };
}

/** After the last look of this run, so that an entry that waited through a downtime had one. */
function expireOwed(catchUp: CatchUp, catalog: Catalog, { lease }: KeptLease, nowMs: number): void {
  const before_ms = windowStart(catchUp, nowMs);
  if (before_ms !== null) catalog.expireOwed(lease, before_ms, nowMs);
}

function tellBug(log: Log, { job, partition_key }: AnalysisRequest, error: unknown): void {
  if (error instanceof Inconclusive || error instanceof OperatingError) return;
  log.error({ job, partition: partition_key, error: bugName(error), frames: bugFrames(error) }, 'analysis failed');
}

/**
 * Slots that an earlier run claimed and did not commit, then new ones until no published segment is left unassigned, and
 * one for undecided entries that none of these took along, because their hour is a later one.
 */
async function* owedSlots(
  config: Config,
  catalog: Catalog,
  { lease }: KeptLease,
  troubles: OperatingError[],
  { now, signal }: Pick<JobEffects, 'now' | 'signal'>,
): AsyncIterable<Slot> {
  for (const slot of catalog.openSlots()) {
    if (signal.aborted) return;
    yield slot;
  }
  await nodeFiles.makeFolder(join(config.store, 'logs', 'mismatch')); // our own log, before its first segment
  for (const location of config.mismatch_logs) {
    try {
      const found = await findSegments(location, catalog);
      catalog.recordSegments(found.segments);
      troubles.push(...found.troubles);
    } catch (error) {
      if (!(error instanceof OperatingError)) throw error;
      troubles.push(error);
    }
  }
  for (let next = catalog.unassignedSegments()[0]; next !== undefined; next = catalog.unassignedSegments()[0]) {
    if (signal.aborted) return;
    const slot = catalog.claimSlot(next.hour, lease);
    if (slot === null) return;
    yield slot;
  }
  const owedHour = catalog.newestOwedHour(lease);
  if (owedHour === null || signal.aborted) return;
  const [, later = owedHour] = [owedHour, now().toISOString().slice(0, 13)].sort();
  const slot = catalog.claimSlot(later, lease);
  if (slot !== null) yield slot;
}
