/** The service: its config, its scheduler and its HTTP server, put together. */
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Trouble } from '../core/operating-error.ts';
import { openCatalog } from '../store/catalog.ts';
import { checkStore } from '../store/files.ts';
import { type HealthView, readFacts, silencesOf, storeStartedAtMs } from './health-view.ts';
import { httpApp } from './http/app.ts';
import { listen } from './http/listen.ts';
import { type ConfigEffects, openLiveConfig } from './live-config.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { isAlive } from './process.ts';
import type { ScheduledJob } from './scheduled-job.ts';
import { scheduledRun } from './scheduled-run.ts';
import { type Scheduler, startScheduler } from './scheduler.ts';

export interface ServiceEffects extends ConfigEffects {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly monotonicMs: () => number;
  /** A run did not end when it was told to: the process must. */
  readonly onStuck: (job: string) => void;
}

export interface Service {
  /** Where it listens. */
  readonly address: string;
  /** No new work; runs end or keep what they did. Resolves, in 10 s at most, to whether all ended. */
  stop(): Promise<boolean>;
}

/**
 * Serves the config at this path until it is stopped. Throws what keeps it from starting: a config or store that cannot be
 * used, an address that is taken.
 */
export async function startService(
  path: string,
  jobs: readonly ScheduledJob<unknown>[],
  effects: ServiceEffects,
): Promise<Service> {
  const { log, metrics, now } = effects;
  const started_ms = now().getTime();
  const live = await openLiveConfig(path, effects);
  const { store, service } = live.config();
  await checkStore(store);
  openCatalog(join(store, 'catalog.db')).close();
  const storeStarted_ms = (await storeStartedAtMs(store)) ?? started_ms;
  const runTroubles = new Map<string, readonly Trouble[]>();
  let scheduler: Scheduler | null = null;
  let isStopping = false;

  const health = (): HealthView => {
    const now_ms = now().getTime();
    const config = live.config();
    const { facts, catalog_trouble } = readFacts(config.store);
    return {
      now_ms,
      process_started_at_ms: started_ms,
      facts,
      catalog_trouble,
      silences: silencesOf(facts, config, now_ms, storeStarted_ms),
      works: scheduler?.states() ?? [],
      run_troubles: runTroubles,
      config: { path, read_at_ms: live.readAtMs(), troubles: live.trouble()?.troubles ?? [] },
      is_stopping: isStopping,
    };
  };

  const server = await listen(httpApp({ config: live.config, health, metrics, now, log }), service);
  log.info({ address: server.address, store }, 'listening');

  const works = jobs.map((job) => ({
    id: job.id,
    deadline_ms: job.deadline_ms,
    everyMs: () => live.config().schedules[job.schedule].every_ms,
    run: async (signal: AbortSignal) => {
      const config = await live.refresh();
      const trouble = live.trouble();
      if (trouble !== null)
        log.error({ trouble: trouble.message }, 'the config is broken; the last good one is in force');
      const holder = { host: hostname(), pid: process.pid };
      const jobEffects = { log, now, holder, isAlive, onProgress: () => {}, signal };
      return scheduledRun(job, config, jobEffects, (troubles) => void runTroubles.set(job.id, troubles));
    },
  }));
  scheduler = startScheduler(works, {
    now,
    monotonicMs: effects.monotonicMs,
    onEnd: (id, end, seconds) => metrics.onRun(id, end.kind, seconds),
    onStuck: (id, isLast) => {
      log.error(
        { scheduled_job: id },
        isLast ? 'the run is stuck; the process ends' : 'the run does not end at its deadline',
      );
      if (isLast) effects.onStuck(id);
    },
  });

  return {
    address: server.address,
    async stop() {
      isStopping = true;
      const ended = (await scheduler?.stop()) ?? true;
      await server.close();
      return ended;
    },
  };
}
