import type { CatchUp } from './config.ts';

const DEFAULT_WINDOW_MS = 7 * 24 * 3_600_000;

/** Before this, nothing is caught up on; null: everything is. */
export function windowStart(catchUp: CatchUp, now_ms: number): number | null {
  return catchUp.mode === 'all' ? null : now_ms - (catchUp.window_ms ?? DEFAULT_WINDOW_MS);
}
