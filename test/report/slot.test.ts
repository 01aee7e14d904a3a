import { expect, test } from 'vitest';
import { openIssues } from '../../src/report/issue-list.ts';
import { buildSlotReport } from '../../src/report/slot.ts';
import { slotReportSchema } from '../../src/report/slot-report.ts';
import { latestPairs, newestFirst, summaryOf } from '../../src/report/slot-summary.ts';
import { compoundReport, inconclusiveReport, matchReport, sampleFinding, sampleReport } from './sample-reports.ts';

const INPUT = { slot: '2026-11-21T01', generated_at: '2026-11-21T01:05:00.000Z', quarantine: [], repeated: 2 };
const payments = sampleReport({
  job: 'payments',
  comparison_id: 'b',
  findings: [
    sampleFinding({ counts: { differing: 9, explained: 9, at_risk: 9, contradictions: 0, inherited: 0, residual: 0 } }),
  ],
});

test('findings of one issue become one, shown by the pair that explains most', () => {
  const report = buildSlotReport({ ...INPUT, pairs: [payments, sampleReport()] });
  expect(report.issues).toEqual([
    {
      id: '0f9d3c61a2b44e7f8a10c2d3e4f50617',
      state: 'known',
      cause: 'ts_trunc',
      title: 'Timestamps cut to milliseconds',
      subtitle: 'ts_trunc · ms · TIMESTAMP → TIMESTAMP',
      owner: 'ingest-core',
      link: 'https://issues.example.com/ING-2311',
      first_seen: '2026-11-18T05:10:00.000Z',
      jobs: ['orders', 'payments'],
      partitions: ['orders/ds=2026-11-20', 'payments/ds=2026-11-20'],
      explained: 821,
      unit: 'cells',
      representative: sampleReport().comparison_id,
    },
  ]);
});

test('new issues come first, then regressed, then known; pairs by job and partition, in any order of arrival', () => {
  const pairs = [
    sampleReport(),
    matchReport({ job: 'orders', partition_key: 'ds=2026-11-19' }),
    inconclusiveReport(),
    compoundReport(),
  ];
  const report = buildSlotReport({ ...INPUT, pairs });
  expect(slotReportSchema.parse(report)).toEqual(report);
  expect(report.issues.map(({ state, explained }) => [state, explained])).toEqual([
    ['new', 42],
    ['new', 11],
    ['regressed', 372],
    ['known', 812],
  ]);
  expect(report.pairs.map(({ job, partition_key }) => `${job}/${partition_key}`)).toEqual([
    'customer_profiles/ds=2026-11-20/hour=05',
    'orders/ds=2026-11-19',
    'orders/ds=2026-11-20',
    'users/ds=2026-11-20',
  ]);
  expect(report.counts).toEqual({
    analysed: 4,
    match: 1,
    match_agreed: 0,
    mismatch: 2,
    inconclusive: 1,
    quarantined: 0,
    repeated: 2,
  });
  expect(buildSlotReport({ ...INPUT, pairs: pairs.toReversed() })).toEqual(report);
});

test('an issue without a date is as old as the run', () => {
  const finding = sampleFinding({ issue: { ...sampleFinding().issue, first_seen: null } });
  expect(buildSlotReport({ ...INPUT, pairs: [sampleReport({ findings: [finding] })] }).issues[0]?.first_seen).toBe(
    INPUT.generated_at,
  );
});

test('over all runs the newest look at a partition counts, and an issue that it no longer shows is not open', () => {
  const earlier = summaryOf(buildSlotReport({ ...INPUT, slot: '2026-11-21T01', pairs: [sampleReport(), payments] }));
  const later = summaryOf(
    buildSlotReport({ ...INPUT, slot: '2026-11-21T02', pairs: [matchReport({ comparison_id: 'fixed' })] }),
  );
  const healed = summaryOf(
    buildSlotReport({ ...INPUT, slot: '2026-11-22T00', pairs: [matchReport({ job: 'payments' })] }),
  );
  expect(latestPairs([earlier, later]).find(({ job }) => job === 'orders')).toMatchObject({
    comparison_id: 'fixed',
    standing: 'match',
    slot: '2026-11-21T02',
  });
  expect(openIssues([earlier, later])).toMatchObject([{ slot: '2026-11-21T01', jobs: 1, partitions: 1, trend: [2] }]);
  expect(openIssues([healed, earlier, later])).toEqual([]);
});

test('repeats of an hour sort by number', () => {
  const slots = ['2026-11-21T01', '2026-11-21T01-10', '2026-11-21T01-2', '2026-11-21T02'].map((slot) =>
    summaryOf(buildSlotReport({ ...INPUT, slot, pairs: [] })),
  );
  expect(newestFirst(slots).map(({ slot }) => slot)).toEqual([
    '2026-11-21T02',
    '2026-11-21T01-10',
    '2026-11-21T01-2',
    '2026-11-21T01',
  ]);
});
