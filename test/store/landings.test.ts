import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/sql/query-file.ts';
import { type Catalog, openCatalog } from '../../src/store/catalog.ts';
import type { FoundLanding, LandingRecord, Telling } from '../../src/store/landing-record.ts';
import { compared, DAY_MS, found, gone, look, NOW, place, TABLES, taken } from './landing-samples.ts';
import { freshFolders } from './temp-folder.ts';

const freshFolder = freshFolders();
const HOSTILE = 'it\'s "x"\n\u202e\u0001 [a*]? __proto__ 😀';

function current(catalog: Catalog, side: keyof typeof TABLES = 'production'): LandingRecord {
  const landing = catalog.currentLanding('orders', TABLES[side], 'ds=2026-11-19');
  if (landing === null) throw new Error('nothing landed');
  return landing;
}

function looked(...landings: readonly FoundLanding[]): Catalog {
  const catalog = openCatalog(':memory:');
  catalog.commitLook(look({ found: landings }), taken(catalog), NOW);
  return catalog;
}

describe('a landing', () => {
  test('keeps everything that was found of it, and is found by its id', () => {
    const inputs = [
      { table_role: 'full_dump', table: 'dump', partition_key: 'ds=1', landing_id: null },
      { table_role: 'delta', table: HOSTILE, partition_key: 'ds=2', landing_id: 'x' },
    ] as const;
    const more = {
      build: HOSTILE,
      location: HOSTILE,
      run_kind: 'backfill',
      cpu_seconds: 0.5,
      storage_bytes: 1e12,
    } as const;
    const one = found('production', 'a', { ...more, inputs, row_count: 2 ** 53 - 1, due_at_ms: NOW });
    const catalog = looked(one);
    const { inputs: _, ...facts } = one;
    const known = { discovered_at_ms: NOW, sequence: 1, superseded_by: null, gone_at_ms: null };
    expect(current(catalog)).toEqual({ ...facts, ...known, id: current(catalog).id });
    expect(catalog.landingById(current(catalog).id)).toEqual(current(catalog));
    expect(catalog.inputsOf(current(catalog).id)).toEqual(inputs);
    expect(catalog.landingById('0'.repeat(32))).toBeNull();
    expect(catalog.landingById('no id')).toBeNull();
  });

  test('of hostile names stays one landing, however often it is found', () => {
    for (const name of [HOSTILE, '__proto__', 'half \ud800 pair', "'; DROP TABLE landing; --", 'é'.repeat(127)]) {
      const catalog = openCatalog(':memory:');
      const lease = taken(catalog);
      const one = found('production', 'a', { job: name, table: name, partition_key: `x=${name}` });
      const pair = place({ job: name, partition_key: `x=${name}`, tables: { production: name, shadow: 'none' } });
      expect(catalog.commitLook(look({ found: [one], pairs: [pair] }), lease, NOW)).toBe(1);
      expect(catalog.commitLook(look({ found: [one], pairs: [pair] }), lease, NOW)).toBe(0);
      expect(catalog.landingsOf(name, name, `x=${name}`)).toHaveLength(1);
      expect(catalog.pairOf(name, 'migration', `x=${name}`)).toMatchObject({
        state: 'pending',
        job: name.toWellFormed(),
      });
      expect(catalog.jobSummaries().map(({ job }) => job)).toEqual([name.toWellFormed()]);
    }
  });

  test('found twice in one look with other files is superseded at once', () => {
    const catalog = looked(found('production', 'a'), found('production', 'b'), found('production', 'a'));
    const landings = catalog.landingsOf('orders', TABLES.production, 'ds=2026-11-19');
    expect(landings.map(({ files_hash, sequence }) => [files_hash, sequence])).toEqual([
      ['a', 1],
      ['b', 2],
      ['a', 3],
    ]);
    expect(new Set(landings.map(({ id }) => id)).size).toBe(3);
    expect(landings[0]?.superseded_by).toBe(landings[1]?.id);
  });

  test('that went stands again as the same one once its files are back', () => {
    const catalog = looked(found('production', 'a'));
    const lease = taken(catalog, 'again');
    catalog.commitLook(look({ gone: [gone('production')] }), lease, NOW + 5);
    expect(current(catalog)).toMatchObject({ gone_at_ms: NOW + 5, superseded_by: null });
    catalog.commitLook(look({ gone: [gone('production')] }), lease, NOW + 9);
    expect(current(catalog).gone_at_ms).toBe(NOW + 5);
    expect(catalog.pairsOf('orders', 9)).toEqual([]);
    expect(catalog.commitLook(look({ found: [found('production', 'a')] }), lease, NOW + 10)).toBe(0);
    expect(current(catalog)).toMatchObject({ gone_at_ms: null, sequence: 1, discovered_at_ms: NOW });
    expect(catalog.pairsOf('orders', 9)).toMatchObject([{ state: 'pending' }]);
  });
});

describe('what is told of a landing that is known', () => {
  const told = {
    landed_at_from: 'told',
    landed_at_ms: NOW - 9,
    system: 'next',
    build: 'b2',
    run_kind: 'backfill',
    due_at_ms: NOW,
    row_count: 7,
    cpu_seconds: 1.5,
    storage_bytes: 9,
  } as const;

  test('wins over what was found, while no comparison refers to it', () => {
    const catalog = looked(found('production', 'a', { build: 'b1', row_count: 5 }));
    const inputs = [{ table_role: 'delta', table: 't', partition_key: 'ds=1', landing_id: null }] as const;
    const lease = taken(catalog, 'again');
    expect(catalog.commitLook(look({ found: [found('production', 'a', { ...told, inputs })] }), lease, NOW)).toBe(0);
    expect(current(catalog)).toMatchObject({ ...told, sequence: 1 });
    expect(catalog.inputsOf(current(catalog).id)).toEqual(inputs);
    // And what is found or told later does not win over it.
    const later = { ...told, build: 'b3', landed_at_ms: NOW };
    catalog.commitLook(look({ found: [found('production', 'a'), found('production', 'a', later)] }), lease, NOW);
    expect(current(catalog)).toMatchObject(told);
  });

  test('only fills in what was not known, once a comparison refers to it', () => {
    const catalog = looked(found('production', 'a', { build: 'b1' }), found('shadow', 'a'));
    const lease = taken(catalog, 'again');
    catalog.commitComparisons([compared(catalog)], [], lease, NOW);
    catalog.commitLook(look({ found: [found('production', 'a', told)] }), lease, NOW);
    const filled = { run_kind: 'backfill', due_at_ms: NOW, row_count: 7, cpu_seconds: 1.5, storage_bytes: 9 };
    expect(current(catalog)).toMatchObject({ ...filled, system: 'legacy', build: 'b1', landed_at_from: 'mtime' });
    expect(current(catalog).landed_at_ms).toBe(NOW - 1000);
  });
});

describe('a look', () => {
  test('under a lease that was lost writes nothing at all', () => {
    const catalog = openCatalog(':memory:');
    const lost = taken(catalog);
    const newest = taken(catalog, 'compare', NOW + 5000);
    const telling = { id: 't', job: 'orders', partition_key: 'ds=1', origin: 'http', told: '{}', told_at_ms: 1 };
    catalog.tell([telling]);
    const stamps = [{ job: 'orders', table: TABLES.shadow, stamp: 's', partition_count: 1 }];
    const record = look({ found: [found('shadow', 'a')], stamps, told: [{ id: 't', state: 'landed', reason: null }] });
    const empty = (): unknown[] => [
      catalog.stampOf('orders', TABLES.shadow),
      catalog.landingsOf('orders', TABLES.shadow, 'ds=2026-11-19'),
      catalog.pairsOf('orders', 9),
      catalog.openTellings(['orders']),
    ];
    expect(() => catalog.commitLook(record, lost, NOW)).toThrow('lease_lost');
    expect(empty()).toEqual([null, [], [], [telling]]);
    catalog.commitLook(record, newest, NOW);
    expect(empty()).toMatchObject(['s', [{ files_hash: 'a' }], [{ state: 'pending' }], []]);
    expect(() => catalog.expirePairs(['orders'], NOW * 2, lost, NOW)).toThrow('lease_lost');
    expect(() => catalog.commitComparisons([compared(catalog)], [], lost, NOW)).toThrow('lease_lost');
    expect(catalog.pairsOf('orders', 9)).toMatchObject([{ state: 'pending' }]);
  });

  test('is remembered by its stamp, which is replaced only where it is the one that was read', () => {
    const catalog = openCatalog(':memory:');
    const lease = taken(catalog);
    const stamp = (text: string) => look({ stamps: [{ job: 'orders', table: 't', stamp: text, partition_count: 3 }] });
    catalog.commitLook(stamp('one'), lease, NOW);
    catalog.commitLook(stamp('two'), lease, NOW);
    expect(catalog.stampOf('orders', 't')).toBe('two');
    expect(catalog.stampOf('orders', 'other')).toBeNull();
    expect(catalog.jobSummaries()).toMatchObject([
      { job: 'orders', partition_counts: [{ table: 't', partitions: 3 }], newest_landing: null, pairs: {} },
    ]);
    catalog.replaceStamp('orders', 't', { before: 'one', after: 'three' });
    expect(catalog.stampOf('orders', 't')).toBe('two');
    catalog.replaceStamp('orders', 't', { before: 'two', after: 'three' });
    expect(catalog.stampOf('orders', 't')).toBe('three');
    expect(catalog.stampOf('orders', 'other')).toBeNull();
  });
});

describe('pairs', () => {
  const partitions = ['ds=2026-11-17', 'ds=2026-11-18', 'ds=2026-11-19'];

  test('that are owed come newest partition first, of the jobs asked for', () => {
    const both = partitions.flatMap((partition_key) => [
      found('production', 'a', { partition_key }),
      found('shadow', 'a', { partition_key }),
    ]);
    const catalog = looked(...both, ...both.map((one) => ({ ...one, job: 'users' })));
    const owed = catalog.owedPairs(['orders', 'none'], 2);
    expect(owed.map(({ job, partition_key }) => [job, partition_key])).toEqual([
      ['orders', 'ds=2026-11-19'],
      ['orders', 'ds=2026-11-18'],
    ]);
    expect(owed[0]?.landings.shadow).toEqual(current(catalog, 'shadow'));
    expect(catalog.owedPairs(['orders', 'users'], 99)).toHaveLength(6);
    expect(catalog.owedPairs([], 99)).toEqual([]);
  });

  test('that are overdue come oldest first; told as missing they wait for the late partner, which is owed a comparison', () => {
    const catalog = openCatalog(':memory:');
    const lease = taken(catalog);
    const found_ = partitions.map((partition_key) => found('shadow', 'a', { partition_key }));
    const pairs = partitions.map((partition_key, i) => place({ partition_key, deadline_ms: i === 2 ? null : NOW + i }));
    catalog.commitLook(look({ found: found_, pairs }), lease, NOW);
    expect(catalog.overduePairs(['orders'], NOW, 9)).toEqual([]);
    expect(catalog.overduePairs(['orders'], NOW + 2, 9).map((pair) => pair.partition_key)).toEqual(
      partitions.slice(0, 2),
    );
    expect(catalog.overduePairs(['users'], NOW + 2, 9)).toEqual([]);
    const missing = compared(catalog, { partition_key: 'ds=2026-11-17', trigger: 'deadline', outcome: 'mismatch' });
    expect(missing.landing_ids.production).toBeNull();
    expect(catalog.commitComparisons([missing], [], lease, NOW)).toBe(1);
    expect(catalog.pairOf('orders', 'migration', 'ds=2026-11-17')?.state).toBe('missing');
    catalog.commitLook(look({ found: [found('shadow', 'a', { partition_key: 'ds=2026-11-17' })] }), lease, NOW);
    expect(catalog.pairOf('orders', 'migration', 'ds=2026-11-17')?.state).toBe('missing');
    catalog.commitLook(look({ found: [found('production', 'a', { partition_key: 'ds=2026-11-17' })] }), lease, NOW);
    expect(catalog.owedPairs(['orders'], 9)).toMatchObject([{ partition_key: 'ds=2026-11-17' }]);
  });

  test('of a landing that came after its partner was told missing are pending again', () => {
    const catalog = looked(found('shadow', 'a'));
    const lease = taken(catalog, 'again');
    catalog.commitComparisons([compared(catalog, { trigger: 'deadline', outcome: 'mismatch' })], [], lease, NOW);
    catalog.commitLook(look({ found: [found('shadow', 'b')] }), lease, NOW);
    expect(catalog.pairOf('orders', 'migration', 'ds=2026-11-19')).toMatchObject({
      state: 'pending',
      deadline_ms: NOW + DAY_MS,
    });
  });

  test('that are given up are told in the table of actions, and stay given up until the partner lands', () => {
    const catalog = looked(found('shadow', 'a'));
    const lease = taken(catalog, 'again');
    expect(catalog.expirePairs(['orders'], NOW + DAY_MS, lease, NOW)).toBe(0);
    expect(catalog.expirePairs(['orders'], NOW + DAY_MS + 1, lease, NOW)).toBe(1);
    expect(catalog.expirePairs(['orders'], NOW + DAY_MS + 1, lease, NOW)).toBe(0);
    const [actions] = catalog.tables(new Set(['action']));
    expect(actions?.rows.map((row) => row.slice(1, 4))).toEqual([['shadowcheck', 'expire', 'orders']]);
    catalog.commitLook(look({ found: [found('shadow', 'a')] }), lease, NOW);
    expect(catalog.pairsOf('orders', 9)).toMatchObject([{ state: 'expired' }]);
    catalog.commitLook(look({ found: [found('production', 'a')] }), lease, NOW);
    expect(catalog.pairsOf('orders', 9)).toMatchObject([{ state: 'owed' }]);
  });

  test('of one look keep the deadline that one of the sides knows', () => {
    const catalog = openCatalog(':memory:');
    const pairs = [place({ deadline_ms: 5 }), place({ deadline_ms: null })];
    catalog.commitLook(look({ found: [found('shadow', 'a')], pairs }), taken(catalog), NOW);
    expect(catalog.pairsOf('orders', 9)).toMatchObject([{ deadline_ms: 5 }]);
  });

  test('are found over indexes, never by reading all of a table', () => {
    const path = join(freshFolder(), 'catalog.db');
    openCatalog(path).close();
    const sqlite = new DatabaseSync(path);
    const plan = (name: string): string[] => {
      const text = readFileSync(join(packageRoot(), 'queries', 'store', `${name}.sql`), 'utf8').replaceAll(
        /--[^\n]*/g,
        '',
      );
      const rows = sqlite.prepare(`EXPLAIN QUERY PLAN ${text.replaceAll(/\{\{\w+\}\}/g, '*')}`).all();
      return rows.map((row) => String(row.detail));
    };
    const large =
      /^SCAN (landing|pair|comparison|seen|newest|again|shown|occurrence|telling|file_fingerprint|event|every|there)\b/;
    const names =
      `pairs-owed pairs-overdue pairs-expire pairs-of-job pair-read pairs-write pairs-delete-empty pair-settle
      landings-current landings-by-id landings-of-partition landing-newest-of-partition landing-is-compared landing-update
      landings-unlogged landings-assign comparisons-unlogged comparisons-assign comparisons-by-id comparisons-of-partition
      file-fingerprints tellings-open tellings-landed issue-gone-since issues-gone health-moments health-comparisons landings-chain`.split(
        /\s+/,
      );
    for (const name of names) {
      const read = plan(name).filter(
        (step) =>
          large.test(step) &&
          !step.includes('USING INDEX landing_unlogged') &&
          !step.includes('USING INDEX comparison_unlogged'),
      );
      expect([name, read]).toEqual([name, []]);
    }
    expect(plan('pairs-owed').join()).toContain('USING INDEX pair_owed (job=?)');
    expect(plan('pairs-overdue').join()).toContain('USING INDEX pair_pending (job=? AND deadline_ms<?)');
    expect(plan('landings-unlogged').join()).toContain('landing_unlogged');
    expect(plan('health-tellings').join()).toContain('telling_unlanded');
    sqlite.close();
  });
});

describe('tellings', () => {
  const telling = (id: string, more: Partial<Telling> = {}): Telling => ({
    id,
    job: 'orders',
    partition_key: 'ds=1',
    origin: 'log.jsonl:7',
    told: JSON.stringify({ build: HOSTILE }),
    told_at_ms: NOW,
    ...more,
  });

  test('are kept once, by time, until they landed or are refused', () => {
    const catalog = openCatalog(':memory:');
    expect(catalog.tell([telling('b'), telling('a', { told_at_ms: NOW - 1 }), telling('b')])).toBe(2);
    expect(catalog.tell([telling('b', { origin: 'http' }), telling('c', { job: 'stray' })])).toBe(1);
    expect(catalog.openTellings(['orders'])).toEqual([telling('a', { told_at_ms: NOW - 1 }), telling('b')]);
    expect(catalog.strayTellings(['orders'], 9)).toEqual([telling('c', { job: 'stray' })]);
    catalog.settleTellings([
      { id: 'a', state: 'waiting', reason: 'other files' },
      { id: 'b', state: 'landed', reason: null },
      { id: 'c', state: 'refused', reason: 'no such job' },
    ]);
    expect(catalog.openTellings(['orders', 'stray']).map(({ id }) => id)).toEqual(['a']);
    expect(catalog.strayTellings(['orders'], 9)).toEqual([]);
    expect(catalog.tell([telling('b')])).toBe(0);
    expect(catalog.openTellings(['orders']).map(({ id }) => id)).toEqual(['a']);
    expect(catalog.healthFacts().tellings).toEqual({ told: 0, waiting: 1, refused: 1 });
  });
});
