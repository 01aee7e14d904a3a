import { describe, expect, test } from 'vitest';
import { type IndexFacts, renderIndexPage, summaryOf } from '../../src/report/index-page.ts';
import { type CurrentIssue, goneIssues, openIssues } from '../../src/report/issue-list.ts';
import { buildSlotReport } from '../../src/report/slot.ts';
import { latestPairs, parseSummary, type SlotSummary } from '../../src/report/slot-summary.ts';
import { inconclusiveReport, matchReport, sampleFinding, sampleReport } from './sample-reports.ts';

function slot(name: string, pairs: Parameters<typeof buildSlotReport>[0]['pairs']): SlotSummary {
  const generated_at = `${name}:05:00.000Z`;
  return summaryOf(buildSlotReport({ slot: name, generated_at, pairs, quarantine: [], repeated: 0 }));
}

const BAD = slot('2026-11-21T01', [sampleReport()]);
const ISSUE: CurrentIssue = {
  id: sampleFinding().issue.id,
  state: 'known',
  cause: 'ts_trunc',
  title: 'Timestamps cut to milliseconds',
  owner: 'ingest-core',
  first_seen: '2026-11-18T05:10:00.000Z',
  gone_since: null,
  jobs: 1,
  partitions: 1,
};
const NO_PAIRS = { pending: 0, owed: 0, compared: 0, missing: 0, expired: 0 };
const NO_COMPARISONS = { match: 0, match_agreed: 0, mismatch: 0, inconclusive: 0 };

describe('issues', () => {
  test('stand in the state that the catalog has now, not that of their run', () => {
    expect(openIssues([BAD]).map(({ issue }) => issue.state)).toEqual(['known']);
    expect(openIssues([BAD], [{ ...ISSUE, state: 'regressed' }])).toMatchObject([
      { issue: { state: 'regressed', subtitle: 'ts_trunc · ms · TIMESTAMP → TIMESTAMP' }, slot: '2026-11-21T01' },
    ]);
  });

  test('that are gone are not open, and are said to be gone', () => {
    const gone = { ...ISSUE, state: 'resolved', gone_since: '2026-11-20T05:00:00.000Z' } as const;
    expect(openIssues([BAD], [gone])).toEqual([]);
    const page = renderIndexPage([BAD], { issues: [gone] });
    expect(page).toContain('<b>No issue is open.</b>');
    expect(page).toContain('<h2>Issues that are gone</h2>');
    expect(page).toContain('gone: matched since 2026-11-20 05:00 UTC, or differing without it, in every partition');
  });

  test('stay open while a partition that showed them could not be decided since', () => {
    const undecided = inconclusiveReport({ job: 'orders', partition_key: 'ds=2026-11-20' });
    const summaries = [BAD, slot('2026-11-21T02', [undecided])];
    expect(openIssues(summaries)).toEqual([]);
    expect(openIssues(summaries, [ISSUE])).toMatchObject([
      { issue: { id: ISSUE.id, state: 'known' }, slot: '2026-11-21T01', jobs: 1, partitions: 1 },
    ]);
  });

  test('of runs that are too old to be listed stay open, without a link', () => {
    expect(openIssues([], [ISSUE])).toMatchObject([{ slot: null, jobs: 1, partitions: 1, trend: [] }]);
    const page = renderIndexPage([slot('2026-11-21T02', [matchReport()])], { issues: [ISSUE] });
    expect(page).toContain('1 issue open: 1 known.');
    expect(page).toContain('<td><b>Timestamps cut to milliseconds</b>');
  });

  test('that are gone stand with the last one first, and only so many', () => {
    const at = (id: string, hour: string | null): CurrentIssue => ({
      ...ISSUE,
      id,
      state: 'resolved',
      gone_since: hour === null ? null : `2026-11-20T${hour}:00:00.000Z`,
    });
    expect(goneIssues([at('a', '01'), at('b', null), ISSUE, at('c', '03')]).map(({ id }) => id)).toEqual([
      'c',
      'a',
      'b',
    ]);
    const many = Array.from({ length: 23 }, (_, i) => at(`${i}`, '01'));
    expect(renderIndexPage([BAD], { issues: many })).toContain('And 3 more.');
  });
});

describe('a partition whose issue was gone and has come back', () => {
  const showing = (...states: ('new' | 'known' | 'regressed')[]): SlotSummary => {
    const { issue, ...finding } = sampleFinding();
    const findings = states.map((state, i) => ({ ...finding, issue: { ...issue, state, id: `issue ${i}` } }));
    return slot('2026-11-21T01', [sampleReport({ findings })]);
  };

  test('reads as regressed in its cell and in the legend, and counts as mismatching', () => {
    for (const summary of [showing('regressed'), showing('known', 'regressed')]) {
      const page = renderIndexPage([summary]);
      expect(page).toContain('class="cell regressed"');
      expect(page).toContain('title="orders/ds=2026-11-20: mismatch, regressed"');
      expect(page).toContain('<span class="cell inline regressed">≠</span> mismatch, regressed</li>');
      expect(page).toContain('1 mismatching, 0 inconclusive, 0 matching.');
      expect(page).not.toContain('mismatch, new');
      expect(parseSummary(JSON.stringify(summary))?.pairs).toMatchObject([{ standing: 'regressed' }]);
    }
  });

  test('reads as new where something else in it is new', () => {
    expect(renderIndexPage([showing('regressed', 'new')])).toContain('ds=2026-11-20: mismatch, new"');
  });
});

describe('silence', () => {
  test('stands on top, before anything that could be read as fine', () => {
    const alarms = [{ kind: 'nothing_compared', text: 'Nothing was compared since <b>2026</b>\u202e' }];
    const page = renderIndexPage([], { alarms });
    expect(page).toContain('<b>Nothing compared.</b> Nothing was compared since &lt;b&gt;2026&lt;/b&gt;\\u{202e}.');
    expect(page.indexOf('role="alert"')).toBeLessThan(page.indexOf('class="answer"'));
    expect(renderIndexPage([])).not.toContain('role="alert"');
  });
});

describe('coverage', () => {
  const coverage = (changes: Partial<NonNullable<IndexFacts['coverage']>> = {}): string =>
    renderIndexPage([], {
      coverage: { comparisons: NO_COMPARISONS, pairs: NO_PAIRS, undecided: 0, ...changes },
    });

  test('of nothing reads as nothing, never as fine', () => {
    const page = coverage();
    expect(page).toContain('none yet<br><small>nothing has been compared, so nothing is known to match</small>');
    expect(page).toContain('no landing was found');
    expect(page).not.toMatch(/\b0 match|all decided|100 %/);
  });

  test('counts comparisons by outcome, and what waits', () => {
    const page = coverage({
      comparisons: { match: 1204, match_agreed: 3, mismatch: 0, inconclusive: 2 },
      pairs: { pending: 4, owed: 1, compared: 1209, missing: 2, expired: 0 },
      undecided: 1,
    });
    expect(page).toContain('<dd>1,209<br><small>1,204 match</small><br><small>3 match within agreed rules</small>');
    expect(page).toContain('<small>2 inconclusive</small>');
    expect(page).toContain('<small>4 pending: one side has landed, the other has time</small>');
    expect(page).toContain('<small>2 missing: one side never came</small>');
    expect(page).not.toContain('expired');
    expect(page).toContain('1 entry undecided');
  });
});

describe('pairings', () => {
  const release = sampleReport({ pairing: 'release', comparison_id: 'r1' });

  test('of one partition are two pairs, and have a line each', () => {
    const summary = slot('2026-11-21T01', [release, matchReport({ comparison_id: 'm1' })]);
    expect(latestPairs([summary]).map(({ pairing, standing }) => [pairing, standing])).toEqual([
      ['migration', 'match'],
      ['release', 'known'],
    ]);
    const page = renderIndexPage([summary]);
    expect(page).toContain('aria-label="orders (release)/ds=2026-11-20: mismatch, known"');
    expect(page).toContain('aria-label="orders/ds=2026-11-20: match"');
  });

  test('summaries of earlier versions are of the migration', () => {
    const { pairs, ...rest } = BAD;
    const old = { ...rest, pairs: pairs.map(({ pairing: _pairing, logged_at: _at, ...pair }) => pair) };
    expect(parseSummary(JSON.stringify(old))?.pairs).toMatchObject([{ pairing: 'migration', logged_at: null }]);
  });
});
