import { describe, expect, test } from 'vitest';
import { silences } from '../../src/analyze/silence.ts';
import { createMetrics } from '../../src/service/metrics.ts';
import { killReasonOf } from '../../src/service/worker-kills.ts';
import { textOf } from '../house/source-files.ts';
import { HEALTHY, HEALTHY_VIEW } from './healthy.ts';

/** Samples by name and labels. */
function samplesOf(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
}

const rendered = async (view = HEALTHY_VIEW) => samplesOf(await createMetrics().render(view));

describe('the metrics', () => {
  test('show what the catalog knows of all processes', async () => {
    const alarms = { nothing_landed_ms: 1000, nothing_compared_ms: null, nothing_analysed_ms: 3_600_000 };
    const found = silences(HEALTHY, alarms, HEALTHY_VIEW.now_ms, 0);
    const facts = { ...HEALTHY, oldest_unanalysed_ms: HEALTHY_VIEW.now_ms - 90_000 };
    const samples = await rendered({ ...HEALTHY_VIEW, facts, silences: found });
    expect(Object.fromEntries(samples)).toMatchObject({
      'shadowcheck_job_last_success_timestamp_seconds{job="analyze-mismatches"}':
        Date.parse('2026-11-20T11:02:00Z') / 1000,
      'shadowcheck_job_failing{job="analyze-mismatches"}': 0,
      shadowcheck_oldest_unanalysed_age_seconds: 90,
      'shadowcheck_slots{state="committed"}': 9,
      'shadowcheck_comparisons_total{outcome="match"}': 120,
      'shadowcheck_pairs{state="missing"}': 1,
      'shadowcheck_tellings{state="waiting"}': 2,
      shadowcheck_undecided_entries: 2,
      'shadowcheck_silence_alarm{kind="nothing_landed"}': 1,
      'shadowcheck_silence_alarm{kind="nothing_compared"}': 0,
      'shadowcheck_silence_age_seconds{kind="nothing_landed"}': 1200,
      shadowcheck_catalog_readable: 1,
      shadowcheck_config_broken: 0,
    });
  });

  test('count what the catalog counts, however often they are asked for', async () => {
    const metrics = createMetrics();
    await metrics.render(HEALTHY_VIEW);
    const [one, other] = await Promise.all([metrics.render(HEALTHY_VIEW), metrics.render(HEALTHY_VIEW)]);
    expect(one).toBe(other);
    expect(samplesOf(one).get('shadowcheck_comparisons_total{outcome="mismatch"}')).toBe(7);
  });

  test('say nothing of what they do not know', async () => {
    const metrics = createMetrics();
    await metrics.render(HEALTHY_VIEW);
    const trouble = { code: 'catalog_corrupt', subject: 'catalog.db', message: 'is damaged' };
    const samples = samplesOf(
      await metrics.render({ ...HEALTHY_VIEW, facts: null, catalog_trouble: trouble, silences: [] }),
    );
    expect(samples.get('shadowcheck_catalog_readable')).toBe(0);
    const known = /^shadowcheck_(oldest|undecided|slots|pairs|comparisons|tellings|silence|job_last|job_failing)/;
    expect([...samples.keys()].filter((name) => known.test(name))).toEqual([]);
    expect(samplesOf(await metrics.render(HEALTHY_VIEW)).get('shadowcheck_undecided_entries')).toBe(2);
  });

  test('show runs and workers of this process', async () => {
    const metrics = createMetrics();
    metrics.onRun('analyze-mismatches', 'succeeded', 3);
    metrics.onRun('analyze-mismatches', 'held', 0.01);
    metrics.onKill('memory');
    const works = HEALTHY_VIEW.works.map((work) => ({ ...work, running_since_ms: 1, is_stuck: true }));
    const samples = samplesOf(await metrics.render({ ...HEALTHY_VIEW, works }));
    expect(Object.fromEntries(samples)).toMatchObject({
      'shadowcheck_run_seconds_sum{job="analyze-mismatches",end="succeeded"}': 3,
      'shadowcheck_run_seconds_count{job="analyze-mismatches",end="held"}': 1,
      'shadowcheck_worker_kills_total{reason="memory"}': 1,
      'shadowcheck_worker_kills_total{reason="deadline"}': 0,
      'shadowcheck_job_running{job="analyze-mismatches"}': 1,
      'shadowcheck_job_stuck{job="compare-landed-partitions"}': 1,
    });
  });

  test('are those of the page on operations, each with its labels', async () => {
    const text = await createMetrics().render(HEALTHY_VIEW);
    const told = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => ({ name, type }));
    const rows = [...textOf('docs/operations.md').matchAll(/^\| `(shadowcheck_\w+)(?:\{([^}]*)\})?` +\| (\w+) +\|/gm)];
    expect(rows.map(([, name, , type]) => ({ name, type })).sort(byName)).toEqual([...told].sort(byName));
    const metrics = createMetrics();
    metrics.onRun('analyze-mismatches', 'succeeded', 1);
    const found = silences(HEALTHY, { nothing_landed_ms: 1, nothing_compared_ms: 1, nothing_analysed_ms: 1 }, 0, 0);
    const facts = { ...HEALTHY, runs: HEALTHY.runs.map((run) => ({ ...run, failed_at_ms: 1 })) };
    const samples = [...samplesOf(await metrics.render({ ...HEALTHY_VIEW, facts, silences: found })).keys()];
    for (const [, name, labels] of rows) {
      const sample = samples.find((key) => new RegExp(`^${name}(_sum)?(\\{|$)`).test(key));
      const used = [...(sample ?? '').matchAll(/(\w+)="/g)].map(([, label]) => label);
      expect({ name, labels: used }).toEqual({ name, labels: labels === undefined ? [] : labels.split(', ') });
    }
  });
});

function byName(one: { name: string | undefined }, other: { name: string | undefined }): number {
  return (one.name ?? '') < (other.name ?? '') ? -1 : 1;
}

test('what a pool says of its workers is counted by its reason', () => {
  expect(killReasonOf('worker killed at its deadline')).toBe('deadline');
  expect(killReasonOf('worker killed for memory')).toBe('memory');
  expect(killReasonOf('worker was killed by SIGSEGV')).toBe('died');
  expect(killReasonOf('worker exited with code 7')).toBe('died');
  expect(killReasonOf('pair analysed')).toBe(null);
});
