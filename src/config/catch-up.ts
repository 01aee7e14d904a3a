import type { CatchUp } from './config.ts';

/** Where the config names no window, and for `latest`. */
export const CATCH_UP_WINDOW_MS = 7 * 24 * 3_600_000;

/** Before this, nothing is caught up on; null: everything is. */
export function windowStart(catchUp: CatchUp, now_ms: number): number | null {
  return catchUp.mode === 'all' ? null : now_ms - (catchUp.window_ms ?? CATCH_UP_WINDOW_MS);
}
