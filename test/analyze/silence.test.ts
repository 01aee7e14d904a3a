import { describe, expect, test } from 'vitest';
import { judgeSilence, printSpan, silences } from '../../src/analyze/silence.ts';
import type { Alarms } from '../../src/config/config.ts';
import { at, HEALTHY } from '../service/healthy.ts';

const HOUR = 3_600_000;
const NOW = at('2026-11-20T12:00');
const STARTED = at('2026-01-01T00:00');
const ALARMS: Alarms = { nothing_landed_ms: 26 * HOUR, nothing_compared_ms: 26 * HOUR, nothing_analysed_ms: 3 * HOUR };
const judged = (facts: Partial<typeof HEALTHY>, started = STARTED) =>
  judgeSilence({ ...HEALTHY, ...facts }, ALARMS, NOW, started);

test('a service that does what it should is no alarm', () => {
  expect(judged({})).toEqual([]);
});

describe('an alarm', () => {
  test('for each thing that has not happened for too long, and since when', () => {
    const alarms = judged({
      last_landing_ms: at('2026-11-19T09:59'),
      last_comparison_ms: at('2026-11-18T10:00'),
      oldest_unanalysed_ms: at('2026-11-20T08:00'),
    });
    expect(alarms.map(({ kind, text }) => ({ kind, text }))).toEqual([
      {
        kind: 'nothing_landed',
        text: 'No new landing was found since 2026-11-19 09:59 UTC, for 1 day 2 hours',
      },
      { kind: 'nothing_compared', text: 'Nothing was compared since 2026-11-18 10:00 UTC, for 2 days 2 hours' },
      {
        kind: 'nothing_analysed',
        text: 'Entries of the mismatch logs wait for their analysis since 2026-11-20 08:00 UTC, for 4 hours',
      },
    ]);
  });

  test('for what never happened counts from when the store was made', () => {
    const never = { last_landing_ms: null, last_comparison_ms: null, last_slot_ms: null, runs: [] };
    expect(judged(never, NOW - HOUR)).toEqual([]);
    expect(judged(never, NOW - 4 * HOUR).map(({ kind }) => kind)).toEqual(['nothing_analysed']);
    const [first] = judged(never, NOW - 27 * HOUR);
    expect(first?.text).toBe(
      'No landing was found since the store was made at 2026-11-19 09:00 UTC, for 1 day 3 hours',
    );
  });

  test('is none where the config asks for none, however long it has been', () => {
    const off: Alarms = { nothing_landed_ms: null, nothing_compared_ms: null, nothing_analysed_ms: null };
    const facts = { ...HEALTHY, last_landing_ms: 0, last_comparison_ms: null, oldest_unanalysed_ms: 0 };
    expect(judgeSilence(facts, off, NOW, STARTED)).toEqual([]);
    expect(silences(facts, off, NOW, STARTED).map(({ is_alarm }) => is_alarm)).toEqual([false, false, false]);
  });

  test('is one at once where the last time lies ahead: it would be silent until the clock has come there', () => {
    const [alarm, ...others] = judged({ last_landing_ms: at('2027-11-20T12:00') });
    expect(others).toEqual([]);
    expect(alarm).toMatchObject({ kind: 'nothing_landed', age_ms: 0 });
    expect(alarm?.text).toContain('lies ahead of this clock');
    expect(judged({ last_landing_ms: NOW + 60_000 })).toEqual([]);
  });
});

describe('nothing analysed', () => {
  test('is no alarm in hours without a mismatch, while the analyzer runs', () => {
    expect(judged({ last_slot_ms: at('2026-10-01T00:00') })).toEqual([]);
  });

  test('is one where the analyzer runs and entries wait all the same', () => {
    expect(judged({ oldest_unanalysed_ms: at('2026-11-20T08:59') }).map(({ kind }) => kind)).toEqual([
      'nothing_analysed',
    ]);
    expect(judged({ oldest_unanalysed_ms: at('2026-11-20T09:00') })).toEqual([]);
  });

  test('is one where no run of the analyzer does well, also when a new entry has waited for a moment only', () => {
    const runs = HEALTHY.runs.map((run) => ({ ...run, succeeded_at_ms: at('2026-11-20T08:00') }));
    const dead = { last_slot_ms: at('2026-11-20T07:00'), runs, oldest_unanalysed_ms: at('2026-11-20T11:00') };
    expect(judged(dead).map(({ text }) => text)).toEqual([
      'The mismatch logs were not analysed since 2026-11-20 08:00 UTC, for 4 hours',
    ]);
    const never = { last_slot_ms: null, runs: [], oldest_unanalysed_ms: at('2026-11-20T11:00') };
    expect(judged(never, NOW - 4 * HOUR).map(({ kind }) => kind)).toEqual(['nothing_analysed']);
  });

  test('is one where no run of the analyzer does well', () => {
    const runs = HEALTHY.runs.map((run) => ({ ...run, succeeded_at_ms: at('2026-11-20T08:00') }));
    expect(judged({ last_slot_ms: at('2026-11-20T07:00'), runs }).map(({ kind }) => kind)).toEqual([
      'nothing_analysed',
    ]);
    const others = runs.map((run) => ({ ...run, job: 'compare-landed-partitions', succeeded_at_ms: NOW }));
    expect(judged({ last_slot_ms: null, runs: others }).map(({ kind }) => kind)).toEqual(['nothing_analysed']);
  });
});

test('spans are told in two units at most', () => {
  expect([0, 59_000, 60_000, 3_660_000, 90_061_000, 172_800_000].map(printSpan)).toEqual([
    '0 minutes',
    '0 minutes',
    '1 minute',
    '1 hour 1 minute',
    '1 day 1 hour',
    '2 days',
  ]);
});
