import type { AnalysisRequest } from '../analyze/request.ts';
import type { PairReport } from '../report/pair-report.ts';
import { createPool, type Pool, type PoolOptions } from './pool.ts';
import { workerUrl } from './worker-url.ts';

/** A pool whose items are analyses of pairs. See `Pool` for what its errors mean. */
export function createAnalysisPool(
  options: Omit<PoolOptions<AnalysisRequest>, 'worker' | 'smaller'>,
): Pool<AnalysisRequest, PairReport> {
  return createPool({
    ...options,
    worker: workerUrl('worker'),
    smaller: (request) => smallerRequest(request, BigInt(options.memory_bytes)),
  });
}

/** One thread and half the memory: spills sooner, takes longer, holds less. */
export function smallerRequest(request: AnalysisRequest, ceiling: bigint): AnalysisRequest {
  return { ...request, threads: 1, memory_bytes: (request.memory_bytes ?? ceiling) / 2n };
}
