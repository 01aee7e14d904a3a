import { Inconclusive } from '../core/outcome.ts';
import { openDuckdb } from '../engine/duckdb.ts';
import type { OpenEngine } from '../engine/engine.ts';

/** Engines whose running statement is cancelled at the deadline, which ends most work without a kill. */
export function cancellableEngine(overdue: AbortSignal): OpenEngine {
  return async (limits) => {
    if (overdue.aborted) throw new Inconclusive('deadline', 'the deadline had passed before the engine was opened');
    const engine = await openDuckdb(limits);
    overdue.addEventListener('abort', () => engine.cancel(), { once: true });
    return engine;
  };
}
