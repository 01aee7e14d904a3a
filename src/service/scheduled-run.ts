/** One run of a scheduled job, recorded: the catalog tells every process, and the metrics, when which job did well last. */
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { bugFrames, printBug } from '../core/bug.ts';
import { messageOf, OperatingError, printTrouble, type Trouble } from '../core/operating-error.ts';
import { Inconclusive } from '../core/outcome.ts';
import { type Catalog, openCatalog } from '../store/catalog.ts';
import { nodeFiles } from '../store/files.ts';
import type { JobEffects, RunSummary, ScheduledJob } from './scheduled-job.ts';
import { endOf, type RunEnd } from './scheduler.ts';

const NOTHING_TO_TELL: RunSummary = { counts: {}, troubles: [], failure: null };

/**
 * Does what `job.run` does, and records how it went. A run that found another process at its work, or that was stopped,
 * is recorded as neither success nor failure.
 */
export async function recordedRun<Result>(
  job: ScheduledJob<Result>,
  config: Config,
  effects: JobEffects,
): Promise<Result> {
  await nodeFiles.makeFolder(config.store);
  const inCatalog = <T>(work: (catalog: Catalog) => T): T => {
    const catalog = openCatalog(join(config.store, 'catalog.db'));
    try {
      return work(catalog);
    } finally {
      catalog.close();
    }
  };
  const recordEnd = (end: RunEnd): void => {
    if (end.kind === 'held' || end.kind === 'stopped') return;
    try {
      inCatalog((catalog) => catalog.endRun(job.id, end.trouble, effects.now().getTime()));
    } catch (error) {
      // The run itself is over, and what it did is recorded; the next run tells whether the catalog is well again.
      effects.log.warn({ scheduled_job: job.id, error: messageOf(error) }, 'the end of the run could not be recorded');
    }
  };
  inCatalog((catalog) => catalog.startRun(job.id, effects.now().getTime()));
  let result: Result;
  try {
    result = await job.run(config, effects);
  } catch (error) {
    recordEnd(endOf(effects.signal) ?? endOfError(error));
    throw error;
  }
  recordEnd(endOf(effects.signal) ?? endOfSummary(summaryOf(job, result)));
  return result;
}

/** The same for a scheduler: never rejects, and tells the log what there is to tell. */
export async function scheduledRun(
  job: ScheduledJob<unknown>,
  config: Config,
  effects: JobEffects,
  onTroubles: (troubles: readonly Trouble[]) => void,
): Promise<RunEnd> {
  const log = effects.log.child({ scheduled_job: job.id });
  try {
    const result = await recordedRun(job, config, { ...effects, log });
    const { counts, troubles, failure } = summaryOf(job, result);
    for (const trouble of troubles) log.warn({ trouble: printTrouble(trouble) }, 'the run met trouble');
    onTroubles(troubles);
    log.info(counts, 'run ended');
    return endOfSummary({ failure });
  } catch (error) {
    const end = endOfError(error);
    const cut = endOf(effects.signal);
    if (end.kind === 'held') log.debug('another process is at it');
    else if (cut !== null) log.warn({ trouble: cut.trouble }, 'run cut short');
    else log.error({ trouble: end.trouble, frames: framesOf(error) }, 'run failed');
    return end;
  }
}

function summaryOf<Result>(job: ScheduledJob<Result>, result: Result): RunSummary {
  return job.summaryOf?.(result) ?? NOTHING_TO_TELL;
}

function endOfSummary({ failure }: Pick<RunSummary, 'failure'>): RunEnd {
  return failure === null ? { kind: 'succeeded', trouble: null } : { kind: 'failed', trouble: failure };
}

function endOfError(error: unknown): RunEnd {
  if (error instanceof OperatingError) {
    if (error.code === 'lease_held' || error.code === 'lease_lost') return { kind: 'held', trouble: null };
    return { kind: 'failed', trouble: error.message };
  }
  if (error instanceof Inconclusive) return { kind: 'failed', trouble: `${error.message} [${error.reason}]` };
  return { kind: 'failed', trouble: printBug(error) };
}

/** Errors that are told in words need none. */
function framesOf(error: unknown): readonly string[] | undefined {
  return error instanceof OperatingError || error instanceof Inconclusive ? undefined : bugFrames(error);
}
