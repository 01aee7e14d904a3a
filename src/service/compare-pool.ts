/** A pool whose items are batches of pairs to be compared. One pair that cannot be compared costs the others of its batch a second try, and no more. */
import { join } from 'node:path';
import { removeSpillFolder } from '../analyze/spill-folder.ts';
import type { CompareBatch, CompareRequest, CompareResult } from '../detect/compare-request.ts';
import { inconclusiveResult, isOfMachine } from '../detect/compare-result.ts';
import { createPool, type Pool, type PoolOptions } from './pool.ts';
import { workerUrl } from './worker-url.ts';

export interface ComparePool {
  /**
   * A result for each request, in their order, whatever happens to the worker: what was killed at the deadline or the
   * memory ceiling, or died, is inconclusive with its reason, and so is everything (`cancelled`) once the pool is closed.
   * Removes the batch's spill folder. Rejects with `OperatingError` (exit 4) for trouble of the machine: a full disk, a worker that does not start.
   */
  run(batch: CompareBatch): Promise<CompareResult[]>;
  /** Kills all children; resolves when they are gone. */
  close(): Promise<void>;
}

/** `timeout_ms` holds for a batch as for a single pair: a batch is as much work as one pair may be. */
export function createComparePool(
  options: Omit<PoolOptions<CompareBatch>, 'worker' | 'smaller'> & { readonly worker?: URL },
): ComparePool {
  const pool: Pool<CompareBatch, CompareResult[]> = createPool({
    ...options,
    worker: options.worker ?? workerUrl('compare-worker'),
    smaller: (batch) => smallerBatch(batch, BigInt(options.memory_bytes)),
  });
  let closed = false;
  const runAlone = async (batch: CompareBatch, request: CompareRequest, number: number): Promise<CompareResult> => {
    const spill = join(batch.spill, `alone-${number}`);
    const [result] = await runOrJudge({ ...batch, requests: [request], spill });
    return result as CompareResult;
  };
  const runOrJudge = async (batch: CompareBatch): Promise<CompareResult[]> => {
    const startedAt = performance.now();
    try {
      return await pool.run(batch);
    } catch (error) {
      const { requests } = batch;
      if (requests.length > 1 && !closed && !isOfMachine(error)) {
        return Promise.all(requests.map((request, i) => runAlone(batch, request, i)));
      }
      const seconds = (performance.now() - startedAt) / 1000 / requests.length;
      return requests.map((request) => inconclusiveResult(request, error, seconds));
    }
  };
  return {
    run: async (batch) => {
      try {
        return await runOrJudge(batch);
      } finally {
        await removeSpillFolder(batch.spill);
      }
    },
    close: () => {
      closed = true;
      return pool.close();
    },
  };
}

/** One thread and half the memory: spills sooner, takes longer, holds less. */
export function smallerBatch(batch: CompareBatch, ceiling: bigint): CompareBatch {
  return { ...batch, threads: 1, memory_bytes: (batch.memory_bytes ?? ceiling) / 2n };
}
