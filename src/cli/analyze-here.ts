/** Analyses one pair in this process, or in one child where a deadline or a ceiling was asked for: only a parent can enforce those. */
import { performance } from 'node:perf_hooks';
import { analyzePair } from '../analyze/analyze-pair.ts';
import { inconclusiveReport } from '../analyze/inconclusive-report.ts';
import type { AnalysisRequest } from '../analyze/request.ts';
import { Inconclusive } from '../core/outcome.ts';
import { openDuckdb } from '../engine/duckdb.ts';
import type { PairReport } from '../report/pair-report.ts';

export interface HereLimits {
  readonly timeout_ms: number | null;
  readonly memory_bytes: number | null;
}

export async function analyzeHere(
  request: AnalysisRequest,
  limits: HereLimits,
  onStep: (step: string) => void,
): Promise<PairReport> {
  if (limits.timeout_ms === null && limits.memory_bytes === null) {
    return analyzePair(request, { openEngine: openDuckdb, now_ms: () => performance.now(), onStep });
  }
  const { createAnalysisPool } = await import('../service/analysis-pool.ts');
  const pool = createAnalysisPool({
    size: 1,
    timeout_ms: limits.timeout_ms ?? MAX_TIMEOUT_MS,
    memory_bytes: limits.memory_bytes ?? Number.MAX_SAFE_INTEGER,
  });
  try {
    return await pool.run(request);
  } catch (error) {
    if (error instanceof Inconclusive) return inconclusiveReport(request, error);
    throw error;
  } finally {
    await pool.close();
  }
}

/** The longest delay that a timer takes. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;
