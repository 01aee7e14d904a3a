/**
 * `serve` killed by `kill -9` twenty times at random moments while two systems write into the warehouse: at the end the
 * same logs, reports and issues as of a service that nobody disturbed, and none twice.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { ExpectedLive } from '../../sample-data/build-expected-live.ts';
import { feedWave, land, warehousePlaces } from '../../sample-data/feed.ts';
import { placeOf, plannedLandings, type Wave } from '../../sample-data/feed-plan.ts';
import { packageRoot } from '../../src/sql/query-file.ts';
import { openCatalog } from '../../src/store/catalog.ts';
import { shadowcheck } from '../cli/captured-terminal.ts';
import { issuesOf, type LogRow, logRows, printedIssues, reportedPairs } from '../demo/live-state.ts';
import { copySampleData } from '../demo/sample-copy.ts';

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
/** Kills in each wave, and in the last step, where partners are overdue: twenty. */
const KILLS = [11, 4, 3, 2] as const;
/** A service lives for so long at most before it is killed: from its first line of code to several passes. */
const LIFE_MS = 3_000;
const SETTLED_MS = 120_000;

const STORE = 'shadowcheck-live';
/**
 * Partitions whose partner never comes. While the waves are fed every partner has time, since nobody can say whether a
 * pass comes between the two; at the end these land once more, with the time of their partners over.
 */
const OVERDUE = [
  'shadow/events/ds=2026-11-17',
  'production/clicks_hourly/ds=2026-11-20/hour=09',
  'production/access_log/ds=2026-11-20',
];
const LANDS_AGAIN_AT = '2026-11-21T04:00:00Z';

/** Numbers from 0 to 1 out of the seed, so that a failing schedule can be drawn again. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

interface Service {
  /** Ends it and waits for its end. */
  readonly end: (signal: 'SIGKILL' | 'SIGTERM') => Promise<number | null>;
  readonly hasEnded: () => boolean;
  /** Its last words. */
  readonly told: () => string;
  readonly hasListened: () => boolean;
}

function serve(folder: string): Service {
  const child: ChildProcess = spawn(
    process.execPath,
    [join(packageRoot(), 'bin', 'shadowcheck.js'), 'serve', '--config', 'live.yaml'],
    { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let told = '';
  let listened = false;
  let ended = false;
  child.stderr?.on('data', (chunk: Buffer) => {
    told += chunk.toString();
    listened ||= told.includes('"address"');
    told = told.slice(-4_000);
  });
  const end = new Promise<number | null>((resolve) => {
    child.on('exit', (code) => {
      ended = true;
      resolve(code);
    });
  });
  return {
    end: (signal) => {
      child.kill(signal);
      return end;
    },
    hasEnded: () => ended,
    told: () => told,
    hasListened: () => listened,
  };
}

interface Live {
  readonly folder: string;
  readonly live: string;
  readonly expected: ExpectedLive;
  readonly remove: () => Promise<void>;
}

async function prepared(): Promise<Live> {
  const copy = await copySampleData();
  const store = join(copy.folder, STORE);
  await mkdir(store);
  // Tokens are keyed; with one key in both copies equal values have equal tokens.
  await writeFile(join(store, 'token.key'), `${'5a'.repeat(32)}\n`, { mode: 0o600 });
  await configure(copy.folder, '20000d');
  const expected = JSON.parse(await readFile(join(copy.folder, 'expected-live.json'), 'utf8')) as ExpectedLive;
  return { folder: copy.folder, live: join(copy.folder, 'live'), expected, remove: copy.remove };
}

/** The sample's own config with quick schedules, a free port, and this grace. */
async function configure(folder: string, grace: string): Promise<void> {
  const given = await readFile(join(packageRoot(), 'sample-data', 'live.yaml'), 'utf8');
  const quick = given
    .replace(
      /^schedules:.*$/m,
      'schedules: { compare: every 1s, analyze: every 1s, catch_up: all }\nservice: { listen: "127.0.0.1:0" }',
    )
    .replace(/^defaults:$/m, `defaults:\n  grace: ${grace}`);
  expect(quick).toContain('every 1s');
  expect(quick).toContain(`grace: ${grace}`);
  await writeFile(join(folder, 'live.yaml'), quick);
}

/** Lets a service be killed over and over while the work goes on; the last one goes on living. */
async function underKills(
  folder: string,
  kills: number,
  random: () => number,
  work: () => Promise<unknown>,
): Promise<Service> {
  const working = work();
  working.catch(() => {}); // told below, where it is waited for
  for (let killed = 0; killed < kills; ) {
    const service = serve(folder);
    await pause(random() * LIFE_MS);
    expect(service.hasEnded(), `serve ended by itself, SEED=${SEED}: ${service.told()}`).toBe(false);
    await service.end('SIGKILL');
    killed += 1;
  }
  const service = serve(folder);
  await working;
  return service;
}

interface Owed {
  readonly landings: number;
  readonly entries: number;
}

/** Waits until everything that was fed so far is found, compared, logged and analysed. */
async function settled({ folder }: Live, owed: Owed, service: Service): Promise<void> {
  const store = join(folder, STORE);
  const until = performance.now() + SETTLED_MS;
  let state: unknown;
  while (performance.now() < until) {
    expect(service.hasEnded(), `serve ended by itself, SEED=${SEED}: ${service.told()}`).toBe(false);
    state = await stateOf(store).catch(() => null);
    if (isSettled(state as Settling | null, owed)) return;
    await pause(100);
  }
  throw new Error(`not settled, SEED=${SEED}: ${JSON.stringify({ state, owed })} ${service.told()}`);
}

/** A process that is only just starting ends by a signal as any does; the ones before it may have done all the work. */
async function listening(service: Service): Promise<void> {
  const until = performance.now() + SETTLED_MS;
  while (!service.hasListened() && performance.now() < until) await pause(50);
  expect(service.hasListened(), `it never listened, SEED=${SEED}: ${service.told()}`).toBe(true);
}

interface Settling {
  readonly landings: number;
  readonly entries: number;
  readonly unanalysed: number;
  readonly owed: number;
  readonly slots: number;
}

async function stateOf(store: string): Promise<Settling> {
  const ids = (await logRows(store, 'mismatch')).map(({ comparison_id }) => String(comparison_id));
  const signals = await logRows(store, 'signal');
  const catalog = openCatalog(join(store, 'catalog.db'), { read_only: true });
  try {
    const { pairs, slots } = catalog.healthFacts();
    return {
      landings: signals.filter(({ signal_type }) => signal_type === 'landing').length,
      entries: ids.length,
      unanalysed: ids.length - catalog.analysedEvents(ids).size,
      owed: pairs.owed,
      slots: slots.claimed,
    };
  } finally {
    catalog.close();
  }
}

function isSettled(state: Settling | null, owed: Owed): boolean {
  return (
    state !== null &&
    state.landings >= owed.landings &&
    state.entries >= owed.entries &&
    state.unanalysed + state.owed + state.slots === 0
  );
}

/** The whole story; `random` is null for a service that nobody disturbs. */
async function play(live: Live, random: (() => number) | null): Promise<void> {
  const owed = { landings: 0, entries: 0 };
  for (const { wave, landings, logged } of live.expected.waves) {
    owed.landings += landings;
    owed.entries += logged.filter(({ trigger }) => trigger === 'landing').length;
    await step(live, random, KILLS[wave - 1] ?? 0, owed, () =>
      feedWave(live.live, wave as Wave, { pace_ms: random === null ? 0 : paceOf(wave) }),
    );
  }
  await configure(live.folder, '1h');
  const again = plannedLandings(1, await warehousePlaces()).filter((landing) => OVERDUE.includes(placeOf(landing)));
  expect(again).toHaveLength(OVERDUE.length);
  for (const landing of again) await land(live.live, { ...landing, landed_at: LANDS_AGAIN_AT });
  owed.landings += again.length;
  owed.entries += again.length;
  await step(live, random, KILLS[3], owed, async () => {});
}

/** So that a wave takes about as long as its kills. */
function paceOf(wave: number): number {
  return wave === 1 ? 120 : 1_200;
}

async function step(
  live: Live,
  random: (() => number) | null,
  kills: number,
  owed: Owed,
  work: () => Promise<unknown>,
): Promise<void> {
  const service = await underKills(live.folder, random === null ? 0 : kills, random ?? (() => 0), work);
  await settled(live, owed, service);
  await listening(service);
  expect(await service.end('SIGTERM'), service.told()).toBe(0);
}

/** What differs between two runs that are the same: ids made from the files' own times, measured seconds, hours of the day. */
const OWN = /^(?!issue_)(.*_)?(id|logged_at|discovered_at|files_hash|location|detail)$|^(seconds|rechecks)$/;

function printed(rows: readonly LogRow[], folder: string): readonly string[] {
  return rows
    .map((row) => {
      const kept = Object.entries(row).filter(([name]) => !OWN.test(name));
      return JSON.stringify(Object.fromEntries(kept)).replaceAll(folder, 'FOLDER');
    })
    .sort();
}

/** What must be the same. */
async function outcomeOf({ folder }: Live): Promise<Readonly<Record<string, unknown>>> {
  const store = join(folder, STORE);
  const pairs = await reportedPairs(store);
  const catalog = openCatalog(join(store, 'catalog.db'), { read_only: true });
  const undecided = catalog.undecidedEntries();
  catalog.close();
  return {
    mismatch: printed(await logRows(store, 'mismatch'), folder),
    signal: printed(await logRows(store, 'signal'), folder),
    debug: printed(await logRows(store, 'debug'), folder),
    pairs: pairs
      .map(
        ({ job, partition_key, outcome, inconclusive_reason, rows, columns, findings, unexplained_rows, examples }) => {
          const found = findings.map(({ cause, params, counts, issue }) => [
            cause,
            params,
            counts,
            issue.id,
            issue.state,
          ]);
          const told = { outcome, inconclusive_reason, rows, columns, found, unexplained_rows, examples };
          return JSON.stringify([job, partition_key, told]);
        },
      )
      .sort(),
    issues: printedIssues(issuesOf(store)),
    undecided,
  };
}

/** Ids that stand twice in a log or in the reports. */
async function doubled({ folder }: Live): Promise<readonly string[]> {
  const store = join(folder, STORE);
  const mismatches = (await logRows(store, 'mismatch')).map(({ comparison_id }) => `mismatch ${comparison_id}`);
  const signals = (await logRows(store, 'signal')).map(({ signal_id }) => `signal ${signal_id}`);
  const reported = (await reportedPairs(store)).map(({ comparison_id }) => `report ${comparison_id}`);
  const all = [...mismatches, ...signals, ...reported];
  expect(signals.length).toBeGreaterThan(100);
  return all.filter((id, i) => all.indexOf(id) !== i);
}

describe('serve under kill -9 while the warehouse is fed', () => {
  test('finds, logs and reports what an undisturbed service does, and nothing twice', async () => {
    const undisturbed = await prepared();
    await play(undisturbed, null);
    const wanted = await outcomeOf(undisturbed);
    expect((wanted.mismatch as readonly string[]).length).toBeGreaterThan(20);
    expect(await doubled(undisturbed)).toEqual([]);

    const disturbed = await prepared();
    await play(disturbed, randomFrom(SEED));
    const found = await outcomeOf(disturbed);
    for (const [name, content] of Object.entries(wanted)) {
      expect(found[name], `${name}, SEED=${SEED}`).toEqual(content);
    }
    expect(await doubled(disturbed), `SEED=${SEED}`).toEqual([]);
    const verify = await shadowcheck(disturbed.folder, 'verify', '--config', 'live.yaml');
    expect({ code: verify.code, stdout: verify.stdout }, `SEED=${SEED} ${verify.stderr}`).toEqual({
      code: 0,
      stdout: '',
    });
    await undisturbed.remove();
    await disturbed.remove();
  }, 300_000);
});
