/**
 * The detection: finds what has landed, pairs it, compares every new landing pair once, tells what is overdue, writes the
 * mismatch and signal logs. The jobs are worked off in shares, each under its own lease, so that several processes on one
 * catalog work side by side and none compares what another is comparing.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { removeSpillFolder } from '../src/analyze/spill-folder.ts';
import type { Config, IngestionJob } from '../src/config/config.ts';
import { OperatingError } from '../src/core/operating-error.ts';
import {
  comparePairs,
  type DetectEffects,
  type Detected,
  detectLanded,
  nothingDetected,
} from '../src/detect/detect-landed.ts';
import { pairsToRecheck, type RecheckRequest } from '../src/detect/recheck.ts';
import { readTellings } from '../src/detect/told-landings.ts';
import { openDuckdb } from '../src/engine/duckdb.ts';
import { createComparePool } from '../src/service/compare-pool.ts';
import type { KeptLease } from '../src/service/kept-lease.ts';
import { refreshIndex } from '../src/service/refresh-index.ts';
import type { JobEffects, ScheduledJob } from '../src/service/scheduled-job.ts';
import { spillFolder, sweepSpill } from '../src/service/spill.ts';
import { underLease } from '../src/service/under-lease.ts';
import { type Catalog, openCatalog } from '../src/store/catalog.ts';
import { checkStore, nodeFiles } from '../src/store/files.ts';
import { findSegments } from '../src/store/mismatch-reader.ts';
import { writeOwnSegments } from '../src/store/own-log.ts';

export interface DetectionRun {
  readonly detected: Detected;
  /** Shares that another process was working on. */
  readonly skipped_shares: number;
  /** Rows written to the logs. */
  readonly logged: { readonly mismatches: number; readonly signals: number };
}

/** So many processes can work side by side; a share of 20,000 jobs is looked at in about a second. */
export const SHARES = 8;
const LEASE_MS = 60_000;
/** A segment a minute while a run goes on, and one at its end. */
const FLUSH_MS = 60_000;

export const compareLandedPartitions: ScheduledJob<DetectionRun> = {
  id: 'compare-landed-partitions',
  title: 'Finds landed partitions, compares every new pair, and writes the mismatch and signal logs',
  schedule: 'compare',
  deadline_ms: 6 * 3_600_000,
  lease_ms: LEASE_MS,
  run: (config, effects) => runDetection(config, effects, { jobs: null, recheck: null }),
  summaryOf: ({ detected, logged, skipped_shares }) => ({
    counts: {
      tables: detected.tables,
      partitions: detected.partitions,
      landings: detected.landings,
      ...detected.outcomes,
      overdue: detected.overdue,
      expired: detected.expired,
      ...logged,
      skipped_shares,
    },
    troubles: detected.troubles,
    failure: null, // a table that cannot be looked at is told, and is no failure of the run
  }),
};

/** What one run is to look at. */
export interface Asked {
  /** By name; null: all that there are. */
  readonly jobs: ReadonlySet<string> | null;
  /** Compared again after the look, whatever is known of it; its job must be among those asked. */
  readonly recheck: RecheckRequest | null;
}

/** The same for some of the jobs only. */
export async function runDetection(config: Config, effects: JobEffects, asked: Asked): Promise<DetectionRun> {
  await checkStore(config.store);
  const catalog = openCatalog(join(config.store, 'catalog.db'));
  try {
    return await detectAll(config, catalog, effects, asked);
  } finally {
    catalog.close();
  }
}

async function detectAll(
  config: Config,
  catalog: Catalog,
  effects: JobEffects,
  { jobs: asked, recheck }: Asked,
): Promise<DetectionRun> {
  const spill = spillFolder(config.store, effects.holder.pid, compareLandedPartitions.id);
  await removeSpillFolder(spill);
  await sweepSpill(join(config.store, 'spill'), effects.isAlive);
  const detected = nothingDetected();
  // Whoever asks for jobs by name has found them. First of all troubles, since the service shows only so many.
  if (asked === null) detected.troubles.push(...config.discovery_troubles);
  detected.troubles.push(...(await readTellings(config, catalog, openDuckdb, effects.now)));
  const log = ownLog(config, catalog, effects);
  await log.write(); // what an earlier run recorded and did not come to log
  const pool = createComparePool({
    size: config.limits.workers,
    timeout_ms: config.limits.item_timeout_ms,
    memory_bytes: config.limits.item_memory_bytes,
    log: effects.log,
  });
  effects.signal.addEventListener('abort', () => void pool.close().catch(() => {}), { once: true });
  let skipped = 0;
  let done = 0;
  try {
    for (const [number, jobs] of shares(config, asked)) {
      if (effects.signal.aborted) break;
      const name = `${compareLandedPartitions.id}/${number}`;
      const work = async (kept: KeptLease): Promise<void> => {
        const detectEffects: DetectEffects = {
          now: effects.now,
          signal: AbortSignal.any([effects.signal, kept.lost]),
          runBatch: (batch) => pool.run(batch),
          onRecorded: log.writeNowAndThen,
          onCompared: (pair, { outcome, seconds }) => {
            done += 1;
            effects.onProgress({ slot: '', done, total: done });
            effects.log.info(
              { job: pair.job.name, partition: pair.partition_key, pairing: pair.pairing.name, outcome, seconds },
              'pair compared',
            );
          },
        };
        const share = { jobs, lease: kept.lease };
        const setting = { config, catalog, spill: join(spill, `share-${number}`), threads: config.limits.workers };
        await detectLanded(share, setting, detectEffects, detected);
        if (recheck === null || !jobs.some((job) => job.name === recheck.job)) return;
        const pairs = pairsToRecheck(recheck, config, catalog);
        const superseded = await comparePairs(pairs, kept.lease, setting, detectEffects, detected);
        detected.superseded += superseded.length;
      };
      if (!(await isWorkedOff(() => underLease(name, LEASE_MS, catalog, effects, work)))) skipped += 1;
    }
    await log.write();
    if (log.logged.mismatches > 0) await knowOwnLog(config, catalog);
    await refreshIndex(config, catalog, effects);
    return { detected, skipped_shares: skipped, logged: log.logged };
  } finally {
    await pool.close();
    await removeSpillFolder(spill);
  }
}

/** False where another process holds the share, or took it over meanwhile: it goes on with it, and this one with the next. */
async function isWorkedOff(share: () => Promise<object | null>): Promise<boolean> {
  try {
    return (await share()) !== null;
  } catch (error) {
    if (error instanceof OperatingError && error.code === 'lease_lost') return false;
    throw error;
  }
}

/** What was logged is unanalysed from now on, for health checks too, and not only once an analysis has listed the log. */
async function knowOwnLog(config: Config, catalog: Catalog): Promise<void> {
  const own = join(config.store, 'logs', 'mismatch');
  if (!config.mismatch_logs.includes(own)) return;
  catalog.recordSegments((await findSegments(own, catalog)).segments);
}

/** By the job's name, so that it is the same share in every process and stays so when jobs come and go. */
export function shareOf(job: string): number {
  return createHash('sha256').update(job).digest().readUInt32BE(0) % SHARES;
}

function shares(config: Config, asked: Asked['jobs']): readonly (readonly [number, IngestionJob[]])[] {
  const jobs = [...config.jobs.values()].filter(
    ({ name, compared }) => compared && (asked === null || asked.has(name)),
  );
  return [...Map.groupBy(jobs, ({ name }) => shareOf(name))].sort(([one], [other]) => one - other);
}

function ownLog(config: Config, catalog: Catalog, effects: JobEffects) {
  const logged = { mismatches: 0, signals: 0 };
  let last = performance.now();
  const write = async (): Promise<void> => {
    last = performance.now();
    const written = await writeOwnSegments(catalog, config.store, nodeFiles, effects.now);
    logged.mismatches += written.mismatches;
    logged.signals += written.signals;
  };
  return {
    logged,
    write,
    writeNowAndThen: async (): Promise<void> => {
      if (performance.now() - last >= FLUSH_MS) await write();
    },
  };
}
