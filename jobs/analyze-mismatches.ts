/**
 * The hourly analysis: everything in the mismatch logs that has not been analysed. What is owed stands in the catalog,
 * so it does not matter how often this runs, when, or how it was ended: slots that were claimed and not committed are
 * finished first, then every published segment is claimed by a slot, oldest hour first.
 */
import { join } from 'node:path';
import { analyzeSlot, type SlotContext, type SlotEffects } from '../src/analyze/analyze-slot.ts';
import type { AnalysisRequest } from '../src/analyze/request.ts';
import type { Config } from '../src/config/config.ts';
import { tokenKey } from '../src/config/token-key.ts';
import { OperatingError } from '../src/core/operating-error.ts';
import { EXIT_CODES, Inconclusive } from '../src/core/outcome.ts';
import { openDuckdb } from '../src/engine/duckdb.ts';
import { renderIndexPage, type SlotSummary, summaryOf } from '../src/report/index-page.ts';
import { type SlotReport, slotReportSchema } from '../src/report/slot-report.ts';
import { createAnalysisPool } from '../src/service/analysis-pool.ts';
import type { Log } from '../src/service/log.ts';
import type { JobEffects, ScheduledJob } from '../src/service/scheduled-job.ts';
import { sweepSpill } from '../src/service/spill.ts';
import { type Catalog, type Lease, openCatalog, type Slot } from '../src/store/catalog.ts';
import { checkStore, nodeFiles } from '../src/store/files.ts';
import { findSegments } from '../src/store/mismatch-reader.ts';

export interface AnalysisRun {
  /** The slots that this run finished, oldest first. */
  readonly slots: readonly SlotReport[];
  readonly index_path: string;
  /** Logs that could not be looked for; everything else was analysed all the same. */
  readonly troubles: readonly OperatingError[];
}

const LEASE_MS = 60_000;

export const analyzeMismatches: ScheduledJob<AnalysisRun> = {
  id: 'analyze-mismatches',
  title: 'Analyses everything in the mismatch logs that has not been analysed, and publishes the reports',
  schedule: 'hourly',
  deadline_ms: 3_600_000,
  lease_ms: LEASE_MS,
  run,
};

async function run(config: Config, effects: JobEffects): Promise<AnalysisRun> {
  await checkStore(config.store);
  const catalog = openCatalog(join(config.store, 'catalog.db'));
  try {
    return await underLease(catalog, effects, (lease) => analyzeAll(config, catalog, lease, effects));
  } finally {
    catalog.close();
  }
}

/** Runs `work` while the lease is kept renewed. A lease of a process of this host that is dead is taken over at once. */
async function underLease<T>(catalog: Catalog, effects: JobEffects, work: (lease: Lease) => Promise<T>): Promise<T> {
  const { host, pid } = effects.holder;
  const held = catalog.leaseOf(analyzeMismatches.id);
  if (held !== null) {
    const [heldHost, heldPid] = held.holder.split(' ');
    if (heldHost === host && !effects.isAlive(Number(heldPid))) catalog.releaseLease(held);
  }
  const lease = catalog.takeLease(analyzeMismatches.id, `${host} ${pid}`, effects.now().getTime(), LEASE_MS);
  if (lease === null) {
    throw new OperatingError(EXIT_CODES.infrastructure, {
      code: 'lease_held',
      subject: analyzeMismatches.id,
      message: `another analysis is under way (${held?.holder ?? 'unknown holder'})`,
      hint: 'wait until it is done; a lease whose holder died is free after one minute',
    });
  }
  const renewal = setInterval(() => catalog.renewLease(lease, effects.now().getTime(), LEASE_MS), LEASE_MS / 3);
  try {
    return await work(lease);
  } finally {
    clearInterval(renewal);
    catalog.releaseLease(lease);
  }
}

async function analyzeAll(config: Config, catalog: Catalog, lease: Lease, effects: JobEffects): Promise<AnalysisRun> {
  const spill = join(config.store, 'spill', `${effects.holder.pid}`);
  await sweepSpill(join(config.store, 'spill'), effects.isAlive);
  await nodeFiles.sweepTemporary(join(config.store, 'reports'));
  const pool = createAnalysisPool({
    size: config.limits.workers,
    timeout_ms: config.limits.item_timeout_ms,
    memory_bytes: config.limits.item_memory_bytes,
    log: effects.log,
  });
  const context: SlotContext = {
    catalog,
    lease,
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
    for await (const slot of owedSlots(config, catalog, lease, troubles)) {
      const log = effects.log.child({ slot: slot.id });
      log.info({ segments: slot.segments.length }, 'slot claimed');
      const slotEffects: SlotEffects = {
        files: nodeFiles,
        openEngine: openDuckdb,
        runPair: async (request) => {
          try {
            return await pool.run(request);
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
      };
      slots.push(await analyzeSlot(slot, context, slotEffects));
      log.info('slot committed');
    }
    return { slots, index_path: await writeIndex(config, catalog), troubles };
  } finally {
    await pool.close();
    await sweepSpill(join(config.store, 'spill'), (pid) => pid !== effects.holder.pid && effects.isAlive(pid));
  }
}

/** Where our own code failed, without the message, which may hold values of the data. */
function tellBug(log: Log, { job, partition_key }: AnalysisRequest, error: unknown): void {
  if (error instanceof Inconclusive || error instanceof OperatingError) return;
  const frames = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
  log.error(
    { job, partition: partition_key, error: error instanceof Error ? error.name : typeof error, frames },
    'analysis failed',
  );
}

/** Slots that an earlier run claimed and did not commit, then new ones until no published segment is left unassigned. */
async function* owedSlots(
  config: Config,
  catalog: Catalog,
  lease: Lease,
  troubles: OperatingError[],
): AsyncIterable<Slot> {
  yield* catalog.openSlots();
  await nodeFiles.makeFolder(join(config.store, 'logs', 'mismatch')); // our own log, before its first segment
  for (const location of config.mismatch_logs) {
    try {
      catalog.recordSegments(await findSegments(location, catalog));
    } catch (error) {
      if (!(error instanceof OperatingError)) throw error;
      troubles.push(error);
    }
  }
  for (let next = catalog.unassignedSegments()[0]; next !== undefined; next = catalog.unassignedSegments()[0]) {
    const slot = catalog.claimSlot(next.hour, lease);
    if (slot === null) return;
    yield slot;
  }
}

/** The page over all slots; always derivable again from the published reports. */
async function writeIndex(config: Config, catalog: Catalog): Promise<string> {
  const folder = join(config.store, 'reports');
  const summaries: SlotSummary[] = [];
  for (const { id } of catalog.slots(INDEX_SLOTS)) {
    const bytes = await nodeFiles.read(join(folder, id, 'report.json'));
    if (bytes !== null)
      summaries.push(summaryOf(slotReportSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')))));
  }
  const path = join(folder, 'index.html');
  await nodeFiles.replace(path, Buffer.from(renderIndexPage(summaries)));
  return path;
}

/** Two weeks of hours. */
const INDEX_SLOTS = 336;
