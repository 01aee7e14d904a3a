import { describe, expect, test } from 'vitest';
import { silences } from '../../src/analyze/silence.ts';
import type { HealthView } from '../../src/service/health-view.ts';
import { judgeReadiness } from '../../src/service/readiness.ts';
import { openCatalog } from '../../src/store/catalog.ts';
import type { HealthFacts } from '../../src/store/health.ts';
import { at, HEALTHY, HEALTHY_VIEW } from './healthy.ts';

const [analyze, compare] = HEALTHY_VIEW.works;
if (analyze === undefined || compare === undefined) throw new Error('two jobs');

/** As a catalog tells it: an hour failed three times, and the analysis ended well a minute ago. */
function aDayAfterAnHourWasGivenUp(): { readonly facts: HealthFacts; readonly now_ms: number } {
  const catalog = openCatalog(':memory:');
  const hour = '2026-11-20T01';
  const now_ms = at('2026-11-21T01:00');
  catalog.recordSegments([
    {
      id: 'a',
      log: '/log',
      path: '/log/a',
      kind: 'parquet',
      from_offset: null,
      to_offset: null,
      hour,
      file: null,
    },
  ]);
  const lease = catalog.takeLease('analyze', 'me', at('2026-11-20T02:00'), 60_000);
  const slot = lease === null ? null : catalog.claimSlot(hour, lease);
  if (lease === null || slot === null) throw new Error('nothing was owed');
  for (let tries = 0; tries < 3; tries++) catalog.failSlot(slot, lease, 'the engine refused a statement');
  catalog.startRun('analyze-mismatches', now_ms - 70_000);
  catalog.endRun('analyze-mismatches', null, now_ms - 60_000);
  expect({ open: catalog.openSlots(), unassigned: catalog.unassignedSegments() }).toEqual({ open: [], unassigned: [] });
  return { facts: catalog.healthFacts(), now_ms };
}

function judged(view: Partial<HealthView>) {
  return judgeReadiness({ ...HEALTHY_VIEW, ...view });
}

test('a service that does well is ready, and says when each job did well last, in any process', () => {
  const { ready, problems, notes, jobs } = judged({ works: [{ ...analyze, succeeded_at_ms: null }, compare] });
  expect({ ready, problems, notes }).toEqual({ ready: true, problems: [], notes: [] });
  expect(jobs.map(({ job, succeeded_at }) => [job, succeeded_at])).toEqual([
    ['analyze-mismatches', '2026-11-20T11:02:00.000Z'],
    ['compare-landed-partitions', '2026-11-20T11:51:00.000Z'],
  ]);
});

describe('what is wrong is told in words', () => {
  test('a job that fails', () => {
    const works = [{ ...analyze, failures: 3, trouble: 'disk full', failed_at_ms: at('2026-11-20T11:59') }, compare];
    expect(judged({ works })).toMatchObject({
      ready: false,
      problems: [{ code: 'job_failing', subject: 'analyze-mismatches', message: 'the last 3 runs failed: disk full' }],
      jobs: [{ failed_at: '2026-11-20T11:59:00.000Z', trouble: 'disk full' }, {}],
    });
  });

  test('a job that is stuck, which outweighs what failed before', () => {
    const works = [{ ...analyze, is_stuck: true, failures: 2, running_since_ms: at('2026-11-20T10:00') }, compare];
    expect(judged({ works }).problems.map(({ code }) => code)).toEqual(['job_stuck']);
  });

  test('a catalog that cannot be read', () => {
    const trouble = { code: 'catalog_locked', subject: 'catalog.db', message: 'is locked' };
    const { ready, problems } = judged({ facts: null, catalog_trouble: trouble });
    expect({ ready, problems }).toEqual({ ready: false, problems: [trouble] });
  });

  test('a config that is broken, every problem of it', () => {
    const troubles = [1, 2].map((line) => ({
      code: 'config_invalid',
      subject: 'shadowcheck.yaml',
      place: `line ${line}`,
      message: 'is wrong',
    }));
    const { problems } = judged({ config: { ...HEALTHY_VIEW.config, troubles } });
    expect(problems.map(({ place }) => place)).toEqual(['line 1', 'line 2']);
    expect(problems[0]?.hint).toContain('the config that was read last is in force');
  });

  test('silence, with the time since when', () => {
    const alarms = { nothing_landed_ms: 1000, nothing_compared_ms: null, nothing_analysed_ms: null };
    const found = silences(HEALTHY, alarms, HEALTHY_VIEW.now_ms, 0);
    expect(judged({ silences: found })).toMatchObject({
      ready: false,
      problems: [{ code: 'nothing_landed', subject: 'silence' }],
      alarms: [{ kind: 'nothing_landed', since: '2026-11-20T11:40:00.000Z', age_seconds: 1200 }],
    });
  });
});

describe('what keeps nothing from going on is a note', () => {
  test('hours that were given up, whatever their age, while the analysis goes on', () => {
    const { facts, now_ms } = aDayAfterAnHourWasGivenUp();
    const alarms = { nothing_landed_ms: null, nothing_compared_ms: null, nothing_analysed_ms: 3 * 3_600_000 };
    const { ready, problems, notes } = judged({ facts, silences: silences(facts, alarms, now_ms, 0) });
    expect({ ready, problems }).toEqual({ ready: true, problems: [] });
    const later = silences(facts, alarms, now_ms + 4 * 3_600_000, 0); // and nothing was analysed any more
    expect(judged({ facts, silences: later }).problems.map(({ message }) => message)).toEqual([
      'The mismatch logs were not analysed since 2026-11-21 00:59 UTC, for 4 hours 1 minute',
    ]);
    expect(notes).toMatchObject([{ code: 'slots_failed', message: '1 hour was given up after several failed tries' }]);
  });

  test('troubles of a run that ended, the first of many', () => {
    const trouble = (i: number) => ({ code: 'table_unreadable', subject: `t${i}`, message: 'cannot be listed' });
    const many = new Map([['compare-landed-partitions', Array.from({ length: 30 }, (_, i) => trouble(i))]]);
    const { ready, notes } = judged({ run_troubles: many });
    expect(ready).toBe(true);
    expect(notes).toHaveLength(21);
    expect(notes.at(-1)).toMatchObject({ message: '10 more, in the log of the run' });
  });
});
