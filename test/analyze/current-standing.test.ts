/** What the index page shows of a partition that was compared again since its report. */
import { expect, test } from 'vitest';
import { withNewerComparisons } from '../../src/analyze/current-standing.ts';
import { summaryOf } from '../../src/report/index-page.ts';
import { buildSlotReport } from '../../src/report/slot.ts';
import { openCatalog } from '../../src/store/catalog.ts';
import { sampleReport } from '../report/sample-reports.ts';
import { compared, found, look, NOW, taken } from '../store/landing-samples.ts';

test.each([
  ['independent landings', null, 'match'],
  ['a copy', 'seeded' as const, 'known'],
])('a newer match of %s shows as %s does', (_, run_kind, standing) => {
  const catalog = openCatalog(':memory:');
  const lease = taken(catalog);
  const report = sampleReport({ logged_at: new Date(NOW - 1).toISOString() });
  const partition_key = report.partition_key ?? '';
  const landings = [found('production', 'a', { partition_key }), found('shadow', 'a', { partition_key, run_kind })];
  catalog.commitLook(look({ found: landings }), lease, NOW);
  catalog.commitComparisons([compared(catalog, { partition_key })], [], lease, NOW);
  const generated_at = new Date(NOW).toISOString();
  const slot = buildSlotReport({ slot: '2026-11-20T04', generated_at, pairs: [report], quarantine: [], repeated: 0 });
  const [shown] = withNewerComparisons([summaryOf(slot)], catalog);
  expect(shown?.pairs.map((pair) => pair.standing)).toEqual([standing]);
  catalog.close();
});
