import { describe, expect, test } from 'vitest';
import { silences } from '../../src/analyze/silence.ts';
import type { HealthView } from '../../src/service/health-view.ts';
import { judgeReadiness } from '../../src/service/readiness.ts';
import { at, HEALTHY, HEALTHY_VIEW } from './healthy.ts';

const [analyze, compare] = HEALTHY_VIEW.works;
if (analyze === undefined || compare === undefined) throw new Error('two jobs');

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
  test('hours that were given up', () => {
    const { ready, notes } = judged({ facts: { ...HEALTHY, slots: { ...HEALTHY.slots, failed: 1 } } });
    expect(ready).toBe(true);
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
