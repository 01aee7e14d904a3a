/**
 * Rings once for every hour of UTC that begins, at once for the one that is running. node-cron is the bell; a timer looks
 * every 30 seconds too, because cron stalls silently after an excursion of the clock (measured with 4.6). Which hours are
 * owed is not known here: the catalog knows, so a ring too many does no harm, and a ring too few is made up by the next.
 */
import { schedule } from 'node-cron';

const HOUR_MS = 3_600_000;
const LOOK_MS = 30_000;

const SILENT = { info() {}, warn() {}, error() {}, debug() {} };

export interface HourlyBell {
  /** No further ring; resolves when the work of the last one is done. */
  stop(): Promise<void>;
}

/** `ring` never runs twice at once, and its rejection goes to `onError`. */
export function ringHourly(ring: () => Promise<void>, now: () => Date, onError: (error: unknown) => void): HourlyBell {
  let lastHour = Number.NaN;
  let underWay: Promise<void> | null = null;
  const look = (): void => {
    const hour = Math.floor(now().getTime() / HOUR_MS);
    if (underWay !== null || hour === lastHour) return;
    lastHour = hour;
    underWay = ring()
      .catch(onError)
      .finally(() => {
        underWay = null;
      });
  };
  // It would write of missed rings to stdout, where results go; a missed ring is made up by the timer.
  const cron = schedule('0 * * * *', look, { timezone: 'UTC', suppressMissedWarning: true, logger: SILENT });
  const timer = setInterval(look, LOOK_MS);
  look();
  return {
    async stop() {
      clearInterval(timer);
      await cron.destroy();
      await underWay;
    },
  };
}
