/** The report of a pair whose analysis did not come back: killed at its deadline or memory ceiling, or a request that cannot be met. */
import type { Inconclusive } from '../core/outcome.ts';
import { maskPairReport } from '../report/mask.ts';
import type { PairReport } from '../report/pair-report.ts';
import { buildPairReport } from './build-report.ts';
import type { AnalysisRequest } from './request.ts';

export function inconclusiveReport(request: AnalysisRequest, reason: Inconclusive): PairReport {
  const report = buildPairReport(
    request,
    {
      pinned: { production: null, shadow: null },
      tables: null,
      plan: null,
      comparison: null,
      row_counts: null,
      diff: null,
      diagnosis: null,
      causes: new Map(),
      queries: null,
      outcome: 'inconclusive',
      inconclusive: reason,
      engine_version: '',
    },
    0,
  );
  return maskPairReport({ ...report, seconds: null }, request.privacy);
}
