/** A worker for batches of which the jobs' names say what becomes of it. */
import { existsSync } from 'node:fs';
import { OperatingError } from '../../src/core/operating-error.ts';
import type { CompareBatch, CompareResult } from '../../src/detect/compare-request.ts';
import { inconclusiveResult } from '../../src/detect/compare-result.ts';
import { serveWork } from '../../src/service/serve-work.ts';

serveWork<CompareBatch, readonly CompareResult[]>(async ({ requests, spill }) => {
  const results = requests.map((request): CompareResult => {
    if (request.job === 'crash') process.exit(7);
    if (request.job === 'hang') for (;;) Math.sqrt(2);
    if (request.job === 'bug') throw new TypeError('a value: ann@example.com');
    if (request.job === 'full')
      throw new OperatingError(4, { code: 'disk_full', subject: 'spill', message: 'no space' });
    const spare = inconclusiveResult(request, null, 0);
    return { ...spare, outcome: 'match', inconclusive_reason: null, reason_text: String(process.pid) };
  });
  if (existsSync(spill)) throw new Error('two batches share a folder');
  return results;
});
