/** The demo's story through the command line: three waves fed, compared, analysed and verified. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ExpectedEvent, ExpectedLive, ExpectedWave } from '../../sample-data/build-expected-live.ts';
import { feedWave } from '../../sample-data/feed.ts';
import { WAVES } from '../../sample-data/feed-plan.ts';
import { type CommandResult, shadowcheck } from '../cli/captured-terminal.ts';
import { issuesOf, type LiveIssue, type LogRow, logRows, printedIssues } from './live-state.ts';
import { copySampleData } from './sample-copy.ts';

interface Played {
  readonly compare: CommandResult;
  readonly compareAgain: CommandResult;
  readonly analyze: CommandResult;
  readonly verify: CommandResult;
  readonly jobs: CommandResult;
  /** Logged in this wave. */
  readonly mismatches: readonly LogRow[];
  readonly signals: readonly LogRow[];
  readonly issues: readonly LiveIssue[];
  readonly index: string;
}

let sample: Awaited<ReturnType<typeof copySampleData>>;
let expected: ExpectedLive;
const played: Played[] = [];

beforeAll(async () => {
  sample = await copySampleData();
  expected = JSON.parse(await readFile(join(sample.folder, 'expected-live.json'), 'utf8')) as ExpectedLive;
  for (const wave of WAVES) played.push(await play(wave));
}, 120_000);

afterAll(() => sample.remove());

async function play(wave: (typeof WAVES)[number]): Promise<Played> {
  const store = join(sample.folder, 'shadowcheck-live');
  const run = (...argv: readonly string[]) => shadowcheck(sample.folder, ...argv, '--config', 'live.yaml');
  const before = [await logRows(store, 'mismatch'), await logRows(store, 'signal')] as const;
  await feedWave(join(sample.folder, 'live'), wave);
  const compare = await run('compare', '--json');
  const compareAgain = await run('compare', '--json');
  const analyze = await run('analyze', '--json');
  return {
    compare,
    compareAgain,
    analyze,
    verify: await run('verify'),
    jobs: await run('jobs', '--json'),
    mismatches: since(before[0], await logRows(store, 'mismatch')),
    signals: since(before[1], await logRows(store, 'signal')),
    issues: issuesOf(store),
    index: await readFile(join(store, 'reports', 'index.html'), 'utf8'),
  };
}

/** Rows that were not there before. A row that stands twice is two rows. */
function since(before: readonly LogRow[], after: readonly LogRow[]): readonly LogRow[] {
  const known = before.map((row) => JSON.stringify(row));
  return after.filter((row) => {
    const at = known.indexOf(JSON.stringify(row));
    if (at >= 0) known.splice(at, 1);
    return at < 0;
  });
}

function eachWave(check: (played: Played, expected: ExpectedWave, message: string) => void): void {
  expect(played).toHaveLength(expected.waves.length);
  for (const [i, wave] of expected.waves.entries()) check(played[i] as Played, wave, `wave ${wave.wave}`);
}

function eventOf(row: LogRow, signals: readonly LogRow[]): ExpectedEvent {
  const signal = signals.find(({ comparison_id }) => comparison_id === row.comparison_id);
  return {
    job: String(row.job),
    partition_key: String(row.partition_key),
    outcome: row.outcome as ExpectedEvent['outcome'],
    inconclusive_reason: row.inconclusive_reason as string | null,
    kinds: (row.kinds as readonly string[] | null) ?? [],
    trigger: signal?.trigger as ExpectedEvent['trigger'],
    builds: { production: row.production_build as string | null, shadow: row.shadow_build as string | null },
    run_kinds: { production: row.production_run_kind as string | null, shadow: row.shadow_run_kind as string | null },
  };
}

function sorted(events: readonly ExpectedEvent[]): readonly ExpectedEvent[] {
  const place = ({ job, partition_key }: ExpectedEvent) => `${job}/${partition_key}`;
  return [...events].sort((one, other) => (place(one) < place(other) ? -1 : 1));
}

describe('the live demo', () => {
  test('finds every landing, and compares every pair that has both sides or is overdue, once', () => {
    eachWave(({ compare, compareAgain }, wave, message) => {
      const found = JSON.parse(compare.stdout) as { landings: number; outcomes: object; troubles: unknown[] };
      expect(found.troubles, message).toEqual([]);
      expect({ landings: found.landings, outcomes: found.outcomes }, message).toEqual({
        landings: wave.landings,
        outcomes: wave.comparisons,
      });
      expect(compare.code, message).toBe(1);
      const again = JSON.parse(compareAgain.stdout) as { landings: number; outcomes: object };
      expect({ landings: again.landings, outcomes: again.outcomes }, message).toEqual({
        landings: 0,
        outcomes: { match: 0, match_agreed: 0, mismatch: 0, inconclusive: 0 },
      });
      expect(compareAgain.code, message).toBe(0);
    });
  });

  test('logs each event of the story once, with who wrote what in which kind of run, and nothing else', () => {
    eachWave(({ mismatches, signals }, wave, message) => {
      expect(sorted(mismatches.map((row) => eventOf(row, signals))), message).toEqual(sorted(wave.logged));
    });
    const ids = played.flatMap(({ mismatches }) => mismatches.map(({ comparison_id }) => comparison_id));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('tells every landing and every comparison in the signal log, matches too', () => {
    eachWave(({ signals }, wave, message) => {
      const landings = signals.filter(({ signal_type }) => signal_type === 'landing');
      const comparisons = signals.filter(({ signal_type }) => signal_type === 'comparison');
      expect(landings.length, message).toBe(wave.landings);
      expect(comparisons.length, message).toBe(Object.values(wave.comparisons).reduce((sum, count) => sum + count, 0));
      const seeded = comparisons.filter(({ evidence, outcome }) => evidence === 'seeded' && outcome === 'match');
      expect(seeded.length, message).toBe(wave.seeded_matches);
      for (const landing of landings) {
        expect(landing, message).toMatchObject({ latency_seconds: expect.any(Number), build: expect.any(String) });
      }
    });
  });

  test('a pair whose shadow was first waits, then matches, and no mismatch of it is ever logged', () => {
    eachWave(({ jobs }, wave, message) => {
      const listed = (JSON.parse(jobs.stdout) as { jobs: { job: string; pairs: { pending?: number } }[] }).jobs;
      const waiting = listed.flatMap(({ job, pairs }) => Array.from({ length: pairs.pending ?? 0 }, () => job));
      expect(waiting, message).toEqual(wave.pending.map((place) => place.split('/')[0]));
    });
    const logged = played.flatMap(({ mismatches }) => mismatches.map((row) => `${row.job}/${row.partition_key}`));
    expect(logged).not.toContain('subscriptions/ds=2026-11-18');
    const matched = played[1]?.signals.filter(
      ({ job, partition_key }) => job === 'subscriptions' && partition_key === 'ds=2026-11-18',
    );
    expect(matched?.map(({ signal_type, outcome }) => [signal_type, outcome])).toContainEqual(['comparison', 'match']);
  });

  test('comes to the issues of the plan: the fault that was repaired and came back reads new, gone, regressed', () => {
    eachWave(({ analyze, issues }, wave, message) => {
      expect(analyze.code, message).toBe(0);
      expect(printedIssues(issues), message).toEqual(printedIssues(wave.issues));
    });
  });

  test('the index names every open fault of the plan, and nothing else', () => {
    eachWave(({ index }, wave, message) => {
      const open = wave.issues
        .filter(({ state }) => state !== 'resolved')
        .map(({ state, cause }) => `${state} ${cause}`);
      expect(shownIssues(index), message).toEqual(open.sort());
    });
  });

  test('the index shows every partition that was ever logged as it stands now, and no other', () => {
    eachWave(({ index }, wave, message) => {
      expect(shownPartitions(index), message).toEqual(wave.standing);
    });
  });

  test('verify finds nothing lost after any wave', () => {
    eachWave(({ verify }, _, message) => {
      expect({ code: verify.code, stdout: verify.stdout }, `${message}: ${verify.stderr}`).toEqual({
        code: 0,
        stdout: '',
      });
    });
  });
});

/** `new ts_trunc` of each row of the index page's table of open issues. */
function shownIssues(index: string): readonly string[] {
  const [, table = ''] = /<h2>Open issues<\/h2>(.*?)<\/table>/s.exec(index) ?? [];
  const rows = [...table.matchAll(/<tr><td>(.*?)<\/td>.*?<span class="mono soft">(.*?)<\/span>/gs)];
  return rows
    .map(([, chip = '', subtitle = '']) => `${chip.replaceAll(/<[^>]*>/g, '').trim()} ${subtitle.split(' ')[0]}`)
    .sort();
}

/** `users/ds=2026-11-15: match` of each cell of the index page's grid. */
function shownPartitions(index: string): readonly string[] {
  const labels = [...index.matchAll(/aria-label="([^"]*\/ds=[^":]*: [^"]*)"/g)].map(([, label = '']) => label);
  return [...new Set(labels)].map((label) => label.replace(/, .*$/, '')).sort();
}
