/** Main file of a worker process: analyses one pair per message. */
import type { AnalysisRequest } from '../analyze/request.ts';
import type { PairReport } from '../report/pair-report.ts';
import { cancellableEngine } from './cancellable-engine.ts';
import { serveWork } from './serve-work.ts';

serveWork<AnalysisRequest, PairReport>(async (request, overdue) => {
  const { analyzePair } = await import('../analyze/analyze-pair.ts');
  return analyzePair(request, { openEngine: cancellableEngine(overdue), now_ms: () => performance.now() });
});
