import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { OperatingError, type Trouble } from '../../src/core/operating-error.ts';
import { EXIT_CODES, Inconclusive } from '../../src/core/outcome.ts';
import { checkCatalog } from '../../src/service/check-catalog.ts';
import { openLog } from '../../src/service/log.ts';
import type { JobEffects, ScheduledJob } from '../../src/service/scheduled-job.ts';
import { scheduledRun } from '../../src/service/scheduled-run.ts';
import { startScheduler } from '../../src/service/scheduler.ts';
import { openCatalog } from '../../src/store/catalog.ts';
import type { ScheduledRun } from '../../src/store/health.ts';
import { freshFolders } from '../store/temp-folder.ts';

const folder = freshFolders();
const AT = Date.parse('2026-11-20T10:00:00Z');

function job(run: () => unknown, summaryOf?: ScheduledJob<unknown>['summaryOf']): ScheduledJob<unknown> {
  return {
    id: 'analyze-mismatches',
    title: 'a job of a test',
    schedule: 'analyze',
    deadline_ms: 60_000,
    lease_ms: 60_000,
    run: async () => run(),
    ...(summaryOf === undefined ? {} : { summaryOf }),
  };
}

function effects(signal: AbortSignal): JobEffects {
  return {
    log: openLog('silent', {}),
    now: () => new Date(AT),
    holder: { host: 'here', pid: 1 },
    isAlive: () => true,
    onProgress: () => {},
    signal,
  };
}

async function ran(one: ScheduledJob<unknown>, store = folder()) {
  const told: Trouble[] = [];
  const config = { store } as unknown as Config;
  const end = await scheduledRun(one, config, effects(new AbortController().signal), (troubles) =>
    told.push(...troubles),
  );
  return { end, told, recorded: recordedIn(store) };
}

function recordedIn(store: string): ScheduledRun | undefined {
  const catalog = openCatalog(join(store, 'catalog.db'));
  const [found, ...others] = catalog.healthFacts().runs;
  catalog.close();
  expect(others).toEqual([]);
  return found;
}

const operating = (code: string): OperatingError =>
  new OperatingError(EXIT_CODES.infrastructure, { code, subject: 'store', message: 'cannot be written' });

describe('a run', () => {
  test('that did well is recorded as that, and takes the trouble of the last failure away', async () => {
    const store = folder();
    const failed = await ran(
      job(() => {
        throw operating('disk_full');
      }),
      store,
    );
    expect(failed.end).toEqual({ kind: 'failed', trouble: 'store: cannot be written [disk_full]' });
    expect(failed.recorded).toMatchObject({ failed_at_ms: AT, succeeded_at_ms: null, trouble: failed.end.trouble });
    const well = await ran(
      job(() => 'result'),
      store,
    );
    expect(well.end).toEqual({ kind: 'succeeded', trouble: null });
    expect(well.recorded).toMatchObject({ failed_at_ms: AT, succeeded_at_ms: AT, trouble: null });
  });

  test.each(['lease_held', 'lease_lost'])('that found another process at it (%s) is no failure', async (code) => {
    const { end, recorded } = await ran(
      job(() => {
        throw operating(code);
      }),
    );
    expect(end.kind).toBe('held');
    expect(recorded).toMatchObject({ started_at_ms: AT, failed_at_ms: null, succeeded_at_ms: null });
  });

  test('that ended and says that it failed has failed, and what it met is told', async () => {
    const trouble = { code: 'mismatch_log_missing', subject: 'log', message: 'is not there' };
    const { end, told, recorded } = await ran(
      job(
        () => 7,
        (slots) => ({ counts: { slots: slots as number }, troubles: [trouble], failure: 'log: is not there' }),
      ),
    );
    expect(end).toEqual({ kind: 'failed', trouble: 'log: is not there' });
    expect(told).toEqual([trouble]);
    expect(recorded?.trouble).toBe('log: is not there');
  });

  test.each([
    [new TypeError('secret 4711'), 'our own code failed (TypeError)'],
    ['secret 4711', 'our own code failed (string)'],
    [new Inconclusive('cancelled', 'the worker pool was closed'), 'the worker pool was closed [cancelled]'],
  ])('that threw %s tells no value of the data', async (error, trouble) => {
    const { end, recorded } = await ran(
      job(() => {
        throw error;
      }),
    );
    expect(end).toEqual({ kind: 'failed', trouble });
    expect(recorded?.trouble).toBe(trouble);
  });

  test('that a stop cut short is neither, and one that its deadline cut short has failed', async () => {
    const store = folder();
    const cut = (deadline_ms: number, isStopped: boolean): Promise<void> =>
      new Promise((resolve) => {
        const untilAborted = (signal: AbortSignal): Promise<string> =>
          new Promise((ended) => {
            signal.addEventListener('abort', () => ended('kept'));
          });
        const scheduler = startScheduler(
          [
            {
              id: 'analyze-mismatches',
              everyMs: () => 3_600_000,
              deadline_ms,
              run: (signal) =>
                scheduledRun(
                  job(() => untilAborted(signal)),
                  { store } as unknown as Config,
                  effects(signal),
                  () => {},
                ),
            },
          ],
          {
            now: () => new Date(AT),
            monotonicMs: () => performance.now(),
            onStuck: () => {},
            onEnd: () => void scheduler.stop().then(() => resolve()),
          },
        );
        if (isStopped) setTimeout(() => void scheduler.stop(), 50);
      });
    await cut(60_000, true);
    expect(recordedIn(store)).toMatchObject({ failed_at_ms: null, succeeded_at_ms: null, trouble: null });
    await cut(50, false);
    expect(recordedIn(store)).toMatchObject({ failed_at_ms: AT, succeeded_at_ms: null });
    expect(recordedIn(store)?.trouble).toContain('not done after 0.05 s');
  });
});

describe('the check of a store', () => {
  test('takes one that has no catalog yet, and makes none', () => {
    const store = folder();
    checkCatalog(store);
    expect(() => openCatalog(join(store, 'catalog.db'), { read_only: true })).toThrow();
  });

  test('refuses what is no catalog', () => {
    const store = folder();
    mkdirSync(join(store, 'catalog.db'));
    expect(() => checkCatalog(store)).toThrow(OperatingError);
  });
});
