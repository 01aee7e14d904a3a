import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { endOf, type RunEnd, startScheduler, type TimedWork } from '../../src/service/scheduler.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-20T10:59:45Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

const WELL: RunEnd = { kind: 'succeeded', trouble: null };
const HOUR = 3_600_000;

function work(run: TimedWork['run'], more: Partial<TimedWork> = {}): TimedWork {
  return { id: 'analyze-mismatches', everyMs: () => HOUR, deadline_ms: 6 * HOUR, run, ...more };
}

/** The wall clock may be set; `performance.now` of the fake timers only goes on. */
function started(works: readonly TimedWork[]) {
  const ends: { id: string; end: RunEnd; seconds: number }[] = [];
  const stuck: { id: string; isLast: boolean }[] = [];
  const scheduler = startScheduler(works, {
    now: () => new Date(),
    monotonicMs: () => performance.now(),
    onEnd: (id, end, seconds) => void ends.push({ id, end, seconds }),
    onStuck: (id, isLast) => void stuck.push({ id, isLast }),
  });
  return { scheduler, ends, stuck };
}

const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => resolve());
  });

describe('hourly work', () => {
  test('runs at once and then at the second an hour begins, also after the clock was set back or jumped ahead', async () => {
    const runs: string[] = [];
    const { scheduler } = started([
      work(async () => {
        runs.push(new Date().toISOString().slice(0, 19));
        return WELL;
      }),
    ]);
    await vi.advanceTimersByTimeAsync(2 * HOUR);
    vi.setSystemTime(Date.parse('2026-11-22T03:10:00Z'));
    await vi.advanceTimersByTimeAsync(60_000);
    vi.setSystemTime(Date.parse('2026-11-19T23:59:00Z'));
    await vi.advanceTimersByTimeAsync(2 * 60_000);
    expect(await scheduler.stop()).toBe(true);
    await vi.advanceTimersByTimeAsync(3 * HOUR);
    // The timer of 30 s alone would come a quarter of a minute late.
    expect(runs.slice(0, 3)).toEqual(['2026-11-20T10:59:45', '2026-11-20T11:00:00', '2026-11-20T12:00:00']);
    expect(runs.slice(3).map((at) => at.slice(0, 13))).toEqual(['2026-11-22T03', '2026-11-19T23', '2026-11-20T00']);
  });

  test('runs every hour and a minute where the wall clock stands still', async () => {
    let runs = 0;
    const frozen = new Date();
    const scheduler = startScheduler(
      [
        work(async () => {
          runs += 1;
          return WELL;
        }),
      ],
      { now: () => frozen, monotonicMs: () => performance.now(), onEnd: () => {}, onStuck: () => {} },
    );
    await vi.advanceTimersByTimeAsync(10 * HOUR);
    expect(await scheduler.stop()).toBe(true);
    expect(runs).toBe(10);
  });
});

test('no work overlaps itself, and one that takes long holds up no other', async () => {
  let most = 0;
  let running = 0;
  let quick = 0;
  const { scheduler } = started([
    work(async () => {
      running += 1;
      most = Math.max(most, running);
      await sleep(90 * 60_000);
      running -= 1;
      return WELL;
    }),
    work(
      async () => {
        quick += 1;
        return WELL;
      },
      { id: 'compare-landed-partitions', everyMs: () => 5 * 60_000 },
    ),
  ]);
  await vi.advanceTimersByTimeAsync(4 * HOUR);
  expect(most).toBe(1);
  expect(quick).toBe(49);
  const stopped = scheduler.stop();
  await vi.advanceTimersByTimeAsync(2 * HOUR);
  expect(await stopped).toBe(false); // it heard no signal within 8 s
});

describe('a run that fails', () => {
  test('is tried again, ever less often, and is well again with its next success', async () => {
    let runs = 0;
    const { scheduler, ends } = started([
      work(
        async () => {
          runs += 1;
          return runs < 4 ? { kind: 'failed', trouble: `try ${runs}` } : WELL;
        },
        { everyMs: () => 24 * HOUR },
      ),
    ]);
    await vi.advanceTimersByTimeAsync(95_000);
    expect(scheduler.states()).toMatchObject([{ failures: 3, trouble: 'try 3', succeeded_at_ms: null }]);
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    expect(ends.map(({ end }) => end.kind)).toEqual(['failed', 'failed', 'failed', 'succeeded']);
    expect(scheduler.states()).toMatchObject([{ failures: 0, trouble: null }]);
    await scheduler.stop();
  });

  test('by throwing is told without what was thrown, which may hold values of the data', async () => {
    const { scheduler, ends } = started([
      work(() => {
        throw new TypeError('secret 4711');
      }),
    ]);
    await vi.advanceTimersByTimeAsync(10);
    expect(ends[0]?.end).toEqual({ kind: 'failed', trouble: 'our own code failed (TypeError)' });
    await scheduler.stop();
  });

  test('is no busy loop, even if its schedule is every second', async () => {
    let runs = 0;
    const { scheduler } = started([
      work(
        async () => {
          runs += 1;
          throw new Error('again');
        },
        { everyMs: () => 1000 },
      ),
    ]);
    await vi.advanceTimersByTimeAsync(60_000);
    await scheduler.stop();
    expect(runs).toBeGreaterThan(50);
    expect(runs).toBeLessThanOrEqual(61);
  });
});

describe('a deadline', () => {
  test('aborts the signal; what ends then has failed by its deadline, and goes on soon', async () => {
    let runs = 0;
    const { scheduler, ends, stuck } = started([
      work(
        async (signal) => {
          runs += 1;
          await sleep(10 * HOUR, signal);
          return WELL;
        },
        { deadline_ms: 60_000 },
      ),
    ]);
    await vi.advanceTimersByTimeAsync(61_000);
    expect(ends).toMatchObject([
      { end: { kind: 'failed', trouble: expect.stringContaining('not done after 60 s') }, seconds: 60 },
    ]);
    expect(stuck).toEqual([]);
    await vi.advanceTimersByTimeAsync(31_000);
    expect(runs).toBe(2);
    await scheduler.stop();
  });

  test('that is not heard is told 5 s later, and once more when the process should end', async () => {
    const { scheduler, stuck } = started([
      work(
        async () => {
          await sleep(10 * HOUR);
          return WELL;
        },
        { deadline_ms: 60_000 },
      ),
    ]);
    await vi.advanceTimersByTimeAsync(64_900);
    expect(stuck).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(stuck).toEqual([{ id: 'analyze-mismatches', isLast: false }]);
    expect(scheduler.states()).toMatchObject([{ is_stuck: true }]);
    await vi.advanceTimersByTimeAsync(25_000);
    expect(stuck).toEqual([
      { id: 'analyze-mismatches', isLast: false },
      { id: 'analyze-mismatches', isLast: true },
    ]);
  });
});

test('a stop ends runs by their signal, counts them as neither success nor failure, and starts no other', async () => {
  let runs = 0;
  const seen: (RunEnd | null)[] = [];
  const { scheduler, ends } = started([
    work(async (signal) => {
      runs += 1;
      await sleep(10 * HOUR, signal);
      seen.push(endOf(signal));
      return WELL;
    }),
  ]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(await scheduler.stop()).toBe(true);
  await vi.advanceTimersByTimeAsync(5 * HOUR);
  expect(runs).toBe(1);
  expect(seen).toEqual([{ kind: 'stopped', trouble: null }]);
  expect(ends.map(({ end }) => end.kind)).toEqual(['stopped']);
  expect(scheduler.states()).toMatchObject([{ succeeded_at_ms: null, failed_at_ms: null, running_since_ms: null }]);
});

test('a schedule that is turned off or on counts from the next look', async () => {
  let runs = 0;
  let every: number | null = null;
  const { scheduler } = started([
    work(
      async () => {
        runs += 1;
        return WELL;
      },
      { everyMs: () => every },
    ),
  ]);
  await vi.advanceTimersByTimeAsync(HOUR);
  expect(runs).toBe(0);
  every = 10_000;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(runs).toBeGreaterThanOrEqual(3);
  every = null;
  await vi.advanceTimersByTimeAsync(60_000);
  const before = runs;
  await vi.advanceTimersByTimeAsync(HOUR);
  expect(runs).toBe(before);
  await scheduler.stop();
});
