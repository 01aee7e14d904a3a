/** Main file of a worker process: compares one batch of pairs per message. */
import type { CompareBatch, CompareResult } from '../detect/compare-request.ts';
import { cancellableEngine } from './cancellable-engine.ts';
import { serveWork } from './serve-work.ts';

serveWork<CompareBatch, CompareResult[]>(async (batch, overdue) => {
  const { compareBatch } = await import('../detect/compare-pair.ts');
  return compareBatch(batch, { openEngine: cancellableEngine(overdue), now_ms: () => performance.now() });
});
