import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dueIn, type EndKind, type LastRun, type Moment } from '../../src/service/due.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const wall = (text: string): number => Date.parse(`2026-11-20T${text}Z`);

function last(started: Moment, seconds: number, end: EndKind = 'succeeded', failures = 0): LastRun {
  return { started, ended_monotonic_ms: started.monotonic_ms + seconds * 1000, end, failures };
}

describe('a job is due', () => {
  const now = { monotonic_ms: 5_000_000, wall_ms: wall('10:20:00') };

  test('never where its schedule is off, and at once where it has not run yet', () => {
    expect(dueIn(null, null, now)).toBe(null);
    expect(dueIn(HOUR, null, now)).toBe(0);
  });

  test('every 5 minutes after its start, whatever the wall clock says', () => {
    const started = { monotonic_ms: now.monotonic_ms - 2 * MINUTE, wall_ms: wall('03:00:00') };
    expect(dueIn(5 * MINUTE, last(started, 10), now)).toBe(3 * MINUTE);
    expect(dueIn(5 * MINUTE, last(started, 10), { ...now, monotonic_ms: now.monotonic_ms + 4 * MINUTE })).toBe(0);
  });

  test('at once where a run took longer than its schedule', () => {
    const started = { monotonic_ms: now.monotonic_ms - 7 * MINUTE, wall_ms: now.wall_ms };
    expect(dueIn(5 * MINUTE, last(started, 7 * 60), now)).toBe(0);
  });

  test('hourly when an hour of UTC begins, also after only a minute', () => {
    const started = { monotonic_ms: now.monotonic_ms - MINUTE, wall_ms: wall('10:59:30') };
    expect(dueIn(HOUR, last(started, 5), { ...now, wall_ms: wall('10:59:59') })).toBeGreaterThan(0);
    expect(dueIn(HOUR, last(started, 5), { ...now, wall_ms: wall('11:00:00') })).toBe(0);
  });

  test('hourly where the wall clock stands still, by the time that has passed', () => {
    const stuck = wall('10:20:00');
    const started = { monotonic_ms: 0, wall_ms: stuck };
    expect(dueIn(HOUR, last(started, 5), { monotonic_ms: 59 * MINUTE, wall_ms: stuck })).toBe(2 * MINUTE);
    expect(dueIn(HOUR, last(started, 5), { monotonic_ms: 61 * MINUTE, wall_ms: stuck })).toBe(0);
  });

  test('hourly where the wall clock was set back or jumped ahead', () => {
    const run = last({ monotonic_ms: now.monotonic_ms - MINUTE, wall_ms: now.wall_ms }, 5);
    expect(dueIn(HOUR, run, { ...now, wall_ms: now.wall_ms - 40 * 24 * HOUR })).toBe(0);
    expect(dueIn(HOUR, run, { ...now, wall_ms: now.wall_ms + 40 * 24 * HOUR })).toBe(0);
  });

  test('daily at midnight UTC', () => {
    const run = last({ monotonic_ms: 0, wall_ms: wall('23:00:00') }, 5);
    expect(dueIn(24 * HOUR, run, { monotonic_ms: 59 * MINUTE, wall_ms: wall('23:59:00') })).toBeGreaterThan(0);
    expect(dueIn(24 * HOUR, run, { monotonic_ms: HOUR, wall_ms: wall('23:00:00') + HOUR })).toBe(0);
  });

  test.each([
    [1, 30_000],
    [2, 60_000],
    [3, 120_000],
    [6, 960_000],
    [40, 960_000],
  ])('after %i failures in a row again in %i ms', (failures, wait) => {
    const started = { monotonic_ms: now.monotonic_ms - 1000, wall_ms: now.wall_ms };
    expect(dueIn(HOUR, last(started, 1, 'failed', failures), now)).toBe(wait);
  });

  test('half a minute after another process was found at it', () => {
    const started = { monotonic_ms: now.monotonic_ms, wall_ms: now.wall_ms };
    expect(dueIn(HOUR, last(started, 0, 'held'), now)).toBe(30_000);
    expect(dueIn(10_000, last(started, 0, 'held'), now)).toBe(10_000);
  });
});

test('whatever the wall clock does, the wait ends: at most the schedule and a minute after the start', () => {
  const clock = fc.integer({ min: -(2 ** 45), max: 2 ** 45 });
  const kinds = fc.constantFrom<EndKind>('succeeded', 'failed', 'held');
  fc.assert(
    fc.property(
      fc.integer({ min: 1000, max: 400 * 24 * HOUR }),
      fc.nat(10 * HOUR),
      fc.nat(10 * HOUR),
      clock,
      clock,
      kinds,
      fc.integer({ min: 1, max: 99 }),
      (every, ran, waited, wallThen, wallNow, end, failures) => {
        const run = last({ monotonic_ms: 0, wall_ms: wallThen }, ran / 1000, end, failures);
        const wait = dueIn(every, run, { monotonic_ms: ran + waited, wall_ms: wallNow });
        expect(wait).toBeGreaterThanOrEqual(0);
        expect((wait ?? Number.NaN) + ran + waited).toBeLessThanOrEqual(Math.max(every + MINUTE, ran + waited));
      },
    ),
  );
});
