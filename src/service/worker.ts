/** Main file of a worker process: analyses one pair per message. */
import type { AnalysisRequest } from '../analyze/request.ts';
import { Inconclusive } from '../core/outcome.ts';
import { openDuckdb } from '../engine/duckdb.ts';
import type { OpenEngine } from '../engine/engine.ts';
import type { PairReport } from '../report/pair-report.ts';
import { serveWork } from './serve-work.ts';

serveWork<AnalysisRequest, PairReport>(async (request, overdue) => {
  const { analyzePair } = await import('../analyze/analyze-pair.ts');
  return analyzePair(request, { openEngine: cancellable(overdue), now_ms: () => performance.now() });
});

/** Engines whose running statement is cancelled at the deadline, which ends most work without a kill. */
function cancellable(overdue: AbortSignal): OpenEngine {
  return async (limits) => {
    if (overdue.aborted) throw new Inconclusive('deadline', 'the deadline had passed before the engine was opened');
    const engine = await openDuckdb(limits);
    overdue.addEventListener('abort', () => engine.cancel(), { once: true });
    return engine;
  };
}
