/**
 * When a scheduled job is due again. Pure. What is owed stands in the catalog, so a run too many finds nothing to do, and
 * one too few is made up by the next: this only has to be right on the whole, whatever the clocks do.
 *
 * Waiting is by the monotonic clock, which nobody sets. The wall clock only tells that an hour of UTC began; where it
 * stands still or was set back, an hourly job goes by the time that has passed.
 */

/** The two clocks at one moment; `monotonic_ms` counts from any point. */
export interface Moment {
  readonly monotonic_ms: number;
  readonly wall_ms: number;
}

/** `held`: another process holds the lease and does this work. `stopped`: told to end by its scheduler's stop. */
export type EndKind = 'succeeded' | 'failed' | 'held' | 'stopped';

export interface LastRun {
  readonly started: Moment;
  readonly ended_monotonic_ms: number;
  readonly end: EndKind;
  /** Failures in a row, this one counted. */
  readonly failures: number;
}

const HOUR_MS = 3_600_000;
/** An hourly job is started by its hour; by the time that has passed only where the wall clock brought no hour for so long. */
const LATE_HOUR_MS = 60_000;
/** Soon after the holder is done or has died, there is one look at what it left. */
const HELD_MS = 30_000;
const FIRST_RETRY_MS = 30_000;
const RETRIES_DOUBLED = 5;

/** Milliseconds until the next run is due, 0 when it is; null: never. At start everything is due: what was missed is owed. */
export function dueIn(every_ms: number | null, last: LastRun | null, now: Moment): number | null {
  if (every_ms === null) return null;
  if (last === null) return 0;
  const sinceEnd = now.monotonic_ms - last.ended_monotonic_ms;
  const sinceStart = now.monotonic_ms - last.started.monotonic_ms;
  const waits = [regularWait(every_ms, last, now) - sinceStart];
  if (last.end === 'failed') waits.push(retryAfter(every_ms, last.failures) - sinceEnd);
  if (last.end === 'held') waits.push(Math.min(every_ms, HELD_MS) - sinceEnd);
  return Math.max(0, Math.min(...waits));
}

/** After the start of the last run. Whole hours go by the hours of UTC, so `daily` is midnight. */
function regularWait(every_ms: number, { started }: LastRun, now: Moment): number {
  if (every_ms % HOUR_MS !== 0) return every_ms;
  const period = (ms: number): number => Math.floor(ms / every_ms);
  return period(started.wall_ms) === period(now.wall_ms) ? every_ms + LATE_HOUR_MS : 0;
}

/** A failing run is tried again sooner than its schedule says, and ever less often: 30 s, 1 min, … 16 min. */
function retryAfter(every_ms: number, failures: number): number {
  return Math.min(every_ms, FIRST_RETRY_MS * 2 ** Math.min(failures - 1, RETRIES_DOUBLED));
}
