/** Reports of pairs whose analysis did not come back. */
import { OperatingError } from '../core/operating-error.ts';
import { EXIT_CODES, Inconclusive } from '../core/outcome.ts';
import { maskPairReport } from '../report/mask.ts';
import type { PairReport } from '../report/pair-report.ts';
import { NOTHING_SEEN } from './analysis.ts';
import { buildPairReport } from './build-report.ts';
import type { AnalysisRequest } from './request.ts';
import { removeSpillFolder } from './spill-folder.ts';

/** The report of a work item whatever happens to it: trouble of one pair is that pair's alone, and makes it inconclusive. */
export async function reportOrInconclusive(
  request: AnalysisRequest,
  run: (request: AnalysisRequest) => Promise<PairReport>,
): Promise<PairReport> {
  try {
    return await run(request);
  } catch (error) {
    if (error instanceof Inconclusive) return inconclusiveReport(request, error);
    // A disk that is full or a worker that cannot start is trouble of the run, which is repeated as a whole.
    if (error instanceof OperatingError && error.exitCode === EXIT_CODES.infrastructure) throw error;
    return inconclusiveReport(request, reasonOf(error));
  } finally {
    await removeSpillFolder(request.spill);
  }
}

function reasonOf(error: unknown): Inconclusive {
  if (error instanceof OperatingError) {
    // A request that cannot be met, such as a key column that neither side has.
    const told = error.troubles.map(({ subject, message }) => `${subject}: ${message}`);
    return new Inconclusive('schemas_do_not_unite', told.join('; '));
  }
  // Our bug. It must not stop the other pairs, and its message may hold values of the data.
  const name = error instanceof Error ? error.name : typeof error;
  return new Inconclusive('cancelled', `shadowcheck failed on this pair (${name}); that is a bug, please report it`, {
    cause: error,
  });
}

/** The report of a pair that was killed at its deadline or memory ceiling, or whose request cannot be met. */
export function inconclusiveReport(request: AnalysisRequest, reason: Inconclusive): PairReport {
  const report = buildPairReport(request, { ...NOTHING_SEEN, inconclusive: reason }, 0);
  return maskPairReport({ ...report, seconds: null }, request.privacy);
}
