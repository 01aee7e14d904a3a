import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ringHourly } from '../../src/service/hourly.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-20T10:59:30Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

test('rings at once and then once for every hour that begins, also after the clock was set back or jumped ahead', async () => {
  const rings: string[] = [];
  const ring = async (): Promise<void> => {
    rings.push(new Date().toISOString().slice(0, 13));
  };
  const bell = ringHourly(
    ring,
    () => new Date(),
    () => {},
  );
  await vi.advanceTimersByTimeAsync(2 * 3_600_000);
  vi.setSystemTime(Date.parse('2026-11-22T03:10:00Z'));
  await vi.advanceTimersByTimeAsync(60_000);
  await bell.stop();
  await vi.advanceTimersByTimeAsync(3 * 3_600_000);
  expect(rings).toEqual(['2026-11-20T10', '2026-11-20T11', '2026-11-20T12', '2026-11-22T03']);
});

test('never runs twice at once, tells an error, and rings again in the next hour', async () => {
  let running = 0;
  let most = 0;
  const errors: unknown[] = [];
  const ring = async (): Promise<void> => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((done) => setTimeout(done, 90 * 60_000));
    running -= 1;
    throw new Error('this hour failed');
  };
  const bell = ringHourly(
    ring,
    () => new Date(),
    (error) => errors.push(error),
  );
  await vi.advanceTimersByTimeAsync(4 * 3_600_000);
  const stopped = bell.stop();
  await vi.advanceTimersByTimeAsync(2 * 3_600_000);
  await stopped;
  expect(most).toBe(1);
  expect(errors.length).toBeGreaterThanOrEqual(2);
});
