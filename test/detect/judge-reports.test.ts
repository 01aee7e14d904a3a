import { describe, expect, test } from 'vitest';
import { judgeReports, type LoggedEvent } from '../../src/detect/verify.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 20, 12);

function entry(comparison_id: string, hours_ago: number): LoggedEvent {
  return {
    comparison_id,
    job: 'orders',
    pairing: 'migration',
    partition_key: 'ds=2026-11-19',
    landing_ids: { production: 'p', shadow: comparison_id },
    logged_at_ms: NOW - hours_ago * HOUR,
    outcome: 'mismatch',
  };
}

const config = { jobs: new Map([['orders', {} as never]]) };

describe('entries of the log and their reports', () => {
  test('an old entry without a report is lost, one of the running hours waits', () => {
    const { unreported, waiting } = judgeReports(
      { entries: [entry('old', 5), entry('young', 1)], decided: new Map(), analysed: new Set() },
      config,
      NOW,
    );
    expect(unreported.map(({ loss, comparison_id }) => [loss, comparison_id])).toEqual([['not_reported', 'old']]);
    expect(waiting).toBe(1);
  });

  test('a young entry that the catalog calls analysed must have its report', () => {
    const stored = { entries: [entry('young', 1)], decided: new Map<string, number>(), analysed: new Set(['young']) };
    const { unreported, waiting } = judgeReports(stored, config, NOW);
    expect(unreported.map(({ loss }) => loss)).toEqual(['not_reported']);
    expect(waiting).toBe(0);
  });

  test('an entry that was undecided and then decided is told once; decided twice is doubled', () => {
    const decided = new Map([
      ['undecided', 0],
      ['decided', 1],
      ['twice', 2],
    ]);
    const entries = [entry('undecided', 5), entry('decided', 5), entry('twice', 5)];
    const { unreported } = judgeReports({ entries, decided, analysed: new Set() }, config, NOW);
    expect(unreported.map(({ loss, comparison_id }) => [loss, comparison_id])).toEqual([['doubled', 'twice']]);
  });

  test('an entry that stands in the log twice is doubled, one of a job that the config has no more is not asked for', () => {
    const stranger = { ...entry('stranger', 5), job: 'gone' };
    const { unreported } = judgeReports(
      { entries: [entry('a', 5), entry('a', 5), stranger], decided: new Map([['a', 1]]), analysed: new Set() },
      config,
      NOW,
    );
    expect(unreported.map(({ loss, comparison_id }) => [loss, comparison_id])).toEqual([['doubled', 'a']]);
  });
});
