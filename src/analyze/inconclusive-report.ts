/** Reports of pairs whose analysis did not come back. */
import { OperatingError } from '../core/operating-error.ts';
import { EXIT_CODES, type Inconclusive } from '../core/outcome.ts';
import { maskPairReport } from '../report/mask.ts';
import type { PairReport } from '../report/pair-report.ts';
import { NOTHING_SEEN } from './analysis.ts';
import { buildPairReport } from './build-report.ts';
import type { AnalysisRequest } from './request.ts';
import { removeSpillFolder } from './spill-folder.ts';
import { reasonOf } from './trouble-reason.ts';

/** The report of a work item whatever happens to it: trouble of one pair is that pair's alone, and makes it inconclusive. */
export async function reportOrInconclusive(
  request: AnalysisRequest,
  run: (request: AnalysisRequest) => Promise<PairReport>,
): Promise<PairReport> {
  try {
    return await run(request);
  } catch (error) {
    // A disk that is full or a worker that cannot start is trouble of the run, which is repeated as a whole.
    if (error instanceof OperatingError && error.exitCode === EXIT_CODES.infrastructure) throw error;
    return inconclusiveReport(request, reasonOf(error));
  } finally {
    await removeSpillFolder(request.spill);
  }
}

/** The report of a pair that was killed at its deadline or memory ceiling, or whose request cannot be met. */
export function inconclusiveReport(request: AnalysisRequest, reason: Inconclusive): PairReport {
  const report = buildPairReport(request, { ...NOTHING_SEEN, inconclusive: reason }, 0);
  return maskPairReport({ ...report, seconds: null }, request.privacy);
}
