import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import { packageRoot } from '../../src/sql/query-file.ts';
import { sql, value } from '../../src/sql/sql.ts';
import { type Catalog, EMPTY_RECORD, openCatalog } from '../../src/store/catalog.ts';
import { exportTables } from '../../src/store/catalog-copy.ts';
import { nodeFiles } from '../../src/store/files.ts';
import type { Lease } from '../../src/store/leases.ts';
import type { LogSegment } from '../../src/store/log-segments.ts';
import { MIGRATIONS } from '../../src/store/migrations.ts';
import type { UndecidedRecord } from '../../src/store/owed.ts';
import type { EventRecord, OccurrenceRecord, SlotRecord } from '../../src/store/slot-record.ts';
import { race } from './child.ts';
import { freshFolders } from './temp-folder.ts';

const freshFolder = freshFolders();
const NOW = Date.UTC(2026, 10, 20, 5);
const HOUR = '2026-11-20T05';

function freshCatalog(): Catalog {
  return openCatalog(join(freshFolder(), 'catalog.db'));
}

function taken(catalog: Catalog, name = 'analyze', now_ms = NOW): Lease {
  const lease = catalog.takeLease(name, 'me', now_ms, 1000);
  if (lease === null) throw new Error('the lease was not free');
  return lease;
}

function parquetSegment(id: string, hour: string): LogSegment {
  const at = { log: '/log', path: `/log/${id}.parquet`, hour };
  return { id, kind: 'parquet', from_offset: null, to_offset: null, file: null, ...at };
}

function jsonlSegment(from_offset: number, to_offset: number, generation = 0): LogSegment {
  const file = { device_inode: '1:2', generation, head_hash: 'head', tail_hash: `tail ${to_offset}` };
  const at = { log: '/log', path: '/log/a.jsonl', hour: HOUR };
  return { id: `jsonl-${generation}-${from_offset}-${to_offset}`, kind: 'jsonl', from_offset, to_offset, file, ...at };
}

function event(comparison_id: string, more: Partial<EventRecord> = {}): EventRecord {
  const plain = { job: 'orders', partition_key: 'ds=2026-11-20', pairing: 'migration', outcome: 'mismatch' } as const;
  return { comparison_id, ...plain, inconclusive_reason: null, report_path: 'r.html', logged_at_ms: NOW, ...more };
}

function occurrence(issue_id: string, comparison_id: string, more: Partial<OccurrenceRecord> = {}): OccurrenceRecord {
  const what = { cause: 'ts_trunc', title: 'Timestamps cut', site: 'site', shape: 'shape', state: 'new' } as const;
  const whose = { explained: 8, unit: 'cells', owner: null, link: null, seen_at_ms: NOW };
  return { issue_id, comparison_id, ...what, ...whose, ...more };
}

const NOTHING: SlotRecord = { ...EMPTY_RECORD, summary: '{}' };

/** Claims and commits one slot with this record. */
function commitNew(catalog: Catalog, id: string, record: Partial<SlotRecord>): void {
  const lease = taken(catalog, id);
  catalog.recordSegments([parquetSegment(id, HOUR)]);
  const slot = catalog.claimSlot(HOUR, lease);
  if (slot === null) throw new Error('nothing was owed');
  catalog.commitSlot(slot, lease, { ...NOTHING, ...record }, NOW);
}

describe('leases', () => {
  test('are held by one until they end, with a token that only grows', () => {
    const catalog = freshCatalog();
    const first = catalog.takeLease('analyze', 'one', 1000, 500);
    expect(first).toEqual({ name: 'analyze', holder: 'one', token: 1, expires_at_ms: 1500 });
    expect(catalog.takeLease('analyze', 'two', 1499, 500)).toBeNull();
    expect(catalog.takeLease('analyze', 'one', 1499, 500)).toBeNull();
    expect(catalog.takeLease('analyze', 'two', 1500, 500)).toMatchObject({ holder: 'two', token: 2 });
    expect(catalog.takeLease('other', 'two', 1000, 500)).toMatchObject({ token: 1 });
  });

  test('a renewal moves the end, unless somebody else has taken over', () => {
    const catalog = freshCatalog();
    const lease = taken(catalog);
    expect(catalog.renewLease(lease, NOW + 900, 1000)).toEqual({ ...lease, expires_at_ms: NOW + 1900 });
    expect(catalog.takeLease('analyze', 'two', NOW + 1500, 1000)).toBeNull();
    taken(catalog, 'analyze', NOW + 5000);
    expect(catalog.renewLease(lease, NOW + 5001, 1000)).toBeNull();
  });

  test('a release frees it at once, does not take the token back, and cannot end another one', () => {
    const catalog = freshCatalog();
    const first = taken(catalog);
    catalog.releaseLease(first);
    expect(catalog.leaseOf('analyze')).toBeNull();
    expect(catalog.renewLease(first, NOW, 1000)).toBeNull();
    const second = taken(catalog);
    expect(second.token).toBe(2);
    catalog.releaseLease(first);
    expect(catalog.leaseOf('analyze')).toEqual(second);
  });

  test('whatever is done, no token is given twice and no two hold at once', () => {
    const step = fc.record({ who: fc.nat(2), act: fc.constantFrom('take', 'renew', 'release'), after_ms: fc.nat(700) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const catalog = openCatalog(':memory:');
        const held: (Lease | null)[] = [null, null, null];
        const tokens: number[] = [];
        let now = 0;
        for (const { who, act, after_ms } of steps) {
          now += after_ms;
          const own = held[who] ?? null;
          if (act === 'take') {
            const lease = catalog.takeLease('analyze', `${who}`, now, 500);
            if (lease === null) continue;
            expect(held.filter((other) => other !== null && other.expires_at_ms > now)).toEqual([]);
            tokens.push(lease.token);
            held.fill(null);
            held[who] = lease;
          } else if (own !== null && act === 'renew') held[who] = catalog.renewLease(own, now, 500);
          else if (own !== null) {
            catalog.releaseLease(own);
            held[who] = null;
          }
        }
        expect(tokens).toEqual(tokens.map((_, i) => i + 1));
        catalog.close();
      }),
      { numRuns: 50 },
    );
  });
});

describe('log segments', () => {
  test('are kept once, and handed out by hour, then id', () => {
    const catalog = freshCatalog();
    const segments = [parquetSegment('b', HOUR), parquetSegment('c', '2026-11-20T04'), parquetSegment('a', HOUR)];
    expect(catalog.recordSegments(segments)).toBe(3);
    expect(catalog.recordSegments(segments)).toBe(0);
    expect(catalog.unassignedSegments().map((segment) => segment.id)).toEqual(['c', 'a', 'b']);
    expect(catalog.unassignedSegments()[1]).toEqual(segments[2]);
  });

  test('parts of a growing file follow each other without gap or overlap', () => {
    const catalog = freshCatalog();
    expect(catalog.jsonlWatermark('1:2')).toBeNull();
    expect(catalog.recordSegments([jsonlSegment(0, 100)])).toBe(1);
    expect(catalog.recordSegments([jsonlSegment(0, 150), jsonlSegment(50, 150), jsonlSegment(120, 150)])).toBe(0);
    expect(catalog.recordSegments([jsonlSegment(100, 150)])).toBe(1);
    expect(catalog.jsonlWatermark('1:2')).toMatchObject({ generation: 0, offset_bytes: 150, tail_hash: 'tail 150' });
    expect(catalog.recordSegments([jsonlSegment(0, 40, 1)])).toBe(1);
    expect(catalog.jsonlWatermark('1:2')).toMatchObject({ generation: 1, offset_bytes: 40 });
    expect(catalog.unassignedSegments()).toHaveLength(3);
  });
});

describe('slots', () => {
  test('a slot takes what is unassigned of its hour and before, and is numbered within its hour', () => {
    const catalog = freshCatalog();
    const lease = taken(catalog);
    expect(catalog.claimSlot(HOUR, lease)).toBeNull();
    catalog.recordSegments(['03', '05', '06'].map((hour) => parquetSegment(hour, `2026-11-20T${hour}`)));
    const slot = catalog.claimSlot(HOUR, lease);
    expect(slot).toMatchObject({ id: HOUR, hour: HOUR, state: 'claimed' });
    expect(slot?.segments.map((segment) => segment.id)).toEqual(['03', '05']);
    expect(catalog.claimSlot(HOUR, lease)).toBeNull();
    catalog.recordSegments([parquetSegment('late', HOUR)]);
    expect(catalog.claimSlot(HOUR, lease)?.id).toBe(`${HOUR}-2`);
    catalog.recordSegments([parquetSegment('later', HOUR)]);
    expect(catalog.claimSlot(HOUR, lease)?.id).toBe(`${HOUR}-3`);
    expect(catalog.openSlots().map(({ id }) => id)).toEqual([HOUR, `${HOUR}-2`, `${HOUR}-3`]);
    expect(catalog.openSlots()[0]).toEqual(slot);
    expect(catalog.slots(2).map(({ id }) => id)).toEqual([`${HOUR}-3`, `${HOUR}-2`]);
  });

  test('a repeat after a crash is the same work', () => {
    const path = join(freshFolder(), 'catalog.db');
    const before = openCatalog(path);
    before.recordSegments([parquetSegment('a', HOUR)]);
    const slot = before.claimSlot(HOUR, taken(before));
    const after = openCatalog(path);
    after.recordSegments([parquetSegment('b', HOUR)]);
    expect(after.openSlots()).toEqual([slot]);
  });

  test('of two connections one claims, the other finds nothing', () => {
    const path = join(freshFolder(), 'catalog.db');
    const [one, two] = [openCatalog(path), openCatalog(path)];
    const lease = taken(one);
    one.recordSegments([parquetSegment('a', HOUR)]);
    expect(two.unassignedSegments()).toHaveLength(1);
    expect(one.claimSlot(HOUR, lease)?.segments).toHaveLength(1);
    expect(two.claimSlot(HOUR, lease)).toBeNull();
  });

  test('a worker that lost its lease can neither claim nor commit', () => {
    const path = join(freshFolder(), 'catalog.db');
    const [paused, winner] = [openCatalog(path), openCatalog(path)];
    const lost = taken(paused);
    paused.recordSegments([parquetSegment('a', HOUR)]);
    const slot = paused.claimSlot(HOUR, lost);
    if (slot === null) throw new Error('nothing was owed');
    const newest = taken(winner, 'analyze', NOW + 5000);
    winner.recordSegments([parquetSegment('b', HOUR)]);
    const record = { ...NOTHING, events: [event('e1')] };
    expect(() => paused.commitSlot(slot, lost, record, NOW)).toThrow('lease_lost');
    expect(() => paused.claimSlot(HOUR, lost)).toThrow('lease_lost');
    expect(winner.event('e1')).toBeNull();
    expect(winner.openSlots()).toHaveLength(1);
    winner.commitSlot(slot, newest, record, NOW);
    expect(winner.openSlots()).toEqual([]);
    expect(winner.event('e1')).toMatchObject({ slot_id: HOUR });
  });

  test('a lease that was given back commits nothing', () => {
    const catalog = freshCatalog();
    const lease = taken(catalog);
    catalog.recordSegments([parquetSegment('a', HOUR)]);
    const slot = catalog.claimSlot(HOUR, lease);
    catalog.releaseLease(lease);
    expect(() => catalog.commitSlot(slot as NonNullable<typeof slot>, lease, NOTHING, NOW)).toThrow('lease_lost');
  });

  test('a slot is committed once', () => {
    const catalog = freshCatalog();
    const lease = taken(catalog);
    catalog.recordSegments([parquetSegment('a', HOUR)]);
    const slot = catalog.claimSlot(HOUR, lease);
    if (slot === null) throw new Error('nothing was owed');
    catalog.commitSlot(slot, lease, NOTHING, NOW);
    expect(() => catalog.commitSlot(slot, lease, { ...NOTHING, events: [event('e1')] }, NOW)).toThrow(
      'slot_not_claimed',
    );
    expect(catalog.event('e1')).toBeNull();
    expect(catalog.slots(1)[0]).toMatchObject({ state: 'committed', committed_at_ms: NOW });
  });

  test('racing processes on a new catalog claim every segment once and no hour twice', async () => {
    const path = join(freshFolder(), 'catalog.db');
    const hours = 30;
    const answers = await race(
      'claim.ts',
      ['one', 'two', 'three'].map((own) => [path, String(hours), own]),
    );
    const claimed = answers.flat() as [string, string[]][];
    expect(claimed.map(([slot]) => slot).sort()).toEqual([...new Set(claimed.map(([slot]) => slot))].sort());
    const segments = claimed.flatMap(([, ids]) => ids);
    expect(segments).toHaveLength(hours);
    expect(new Set(segments).size).toBe(hours);
    expect(openCatalog(path).openSlots()).toEqual([]);
  }, 30_000);
});

describe('what is undecided', () => {
  function undecided(comparison_id: string): UndecidedRecord {
    const what = { job: 'orders', partition_key: 'ds=2026-11-20', pairing: 'migration', reference_side: null } as const;
    const entry = { comparison_id, ...what, logged_at: '2026-11-20T05:00:00.000Z' };
    return { entry: { ...entry, builds: { production: 'b"1', shadow: null } }, reason: 'not_landed' };
  }
  const notLanded = { outcome: 'inconclusive', inconclusive_reason: 'not_landed' } as const;

  /** A catalog in which one slot left `e1` undecided, and a later run under its own lease. */
  function owing(): { catalog: Catalog; lease: Lease } {
    const catalog = freshCatalog();
    const lease = taken(catalog);
    catalog.recordSegments([parquetSegment('a', HOUR)]);
    const slot = catalog.claimSlot(HOUR, lease);
    if (slot === null) throw new Error('nothing was owed');
    const record = { ...NOTHING, events: [event('e1', notLanded)], undecided: [undecided('e1')] };
    catalog.commitSlot(slot, lease, record, NOW);
    expect(catalog.newestOwedHour(lease)).toBeNull();
    catalog.releaseLease(lease);
    return { catalog, lease: taken(catalog) };
  }

  test('is claimed by a slot of a later run, which a repeat finds again, and by no other slot', () => {
    const { catalog, lease } = owing();
    expect(catalog.newestOwedHour(lease)).toBe(HOUR);
    expect(catalog.claimSlot('2026-11-20T04', lease)).toBeNull();
    const slot = catalog.claimSlot(HOUR, lease);
    expect(slot).toMatchObject({ id: `${HOUR}-2`, segments: [] });
    expect(slot?.owed).toEqual([{ ...undecided('e1'), since_ms: NOW, tries: 1 }]);
    expect(catalog.openSlots()).toEqual([slot]);
    expect(catalog.claimSlot(HOUR, lease)).toBeNull();
    expect(catalog.undecidedEntries()).toBe(1);
  });

  test('and stays so is owed on, with one try more and no other result', () => {
    const { catalog, lease } = owing();
    const slot = catalog.claimSlot('2026-11-20T09', lease);
    if (slot === null) throw new Error('nothing was owed');
    catalog.commitSlot(slot, lease, EMPTY_RECORD, NOW + 5);
    expect(catalog.event('e1')).toMatchObject({ slot_id: HOUR, inconclusive_reason: 'not_landed' });
    expect(catalog.reportedSlots(9).map(({ id }) => id)).toEqual([HOUR]);
    expect(catalog.claimSlot('2026-11-20T09', lease)).toBeNull();
    catalog.releaseLease(lease);
    const again = catalog.claimSlot(HOUR, taken(catalog));
    expect(again?.owed).toMatchObject([{ tries: 2, since_ms: NOW }]);
  });

  test('and decided then has one result, the newer one, with its issues, and is owed no more', () => {
    const { catalog, lease } = owing();
    const slot = catalog.claimSlot(HOUR, lease);
    if (slot === null) throw new Error('nothing was owed');
    const record = { ...NOTHING, events: [event('e1')], occurrences: [occurrence('i1', 'e1')] };
    catalog.commitSlot(slot, lease, record, NOW + 5);
    expect(catalog.event('e1')).toMatchObject({ slot_id: `${HOUR}-2`, outcome: 'mismatch', inconclusive_reason: null });
    expect(catalog.occurrencesOf('i1', 9)).toHaveLength(1);
    expect(catalog.undecidedEntries()).toBe(0);
  });

  test('expires once the run has tried it and not before, with a record of it', () => {
    const { catalog, lease } = owing();
    expect(catalog.expireOwed(lease, NOW + 1, NOW + 9)).toBe(0);
    const slot = catalog.claimSlot(HOUR, lease);
    if (slot === null) throw new Error('nothing was owed');
    catalog.commitSlot(slot, lease, EMPTY_RECORD, NOW + 5);
    expect(catalog.expireOwed(lease, NOW, NOW + 9)).toBe(0);
    expect(catalog.expireOwed(lease, NOW + 1, NOW + 9)).toBe(1);
    expect(catalog.undecidedEntries()).toBe(0);
    const { rows = [] } = catalog.tables().find(({ name }) => name === 'action') ?? {};
    expect([...rows].map((row) => row.slice(1, 4))).toEqual([['shadowcheck', 'expire', 'e1']]);
  });

  test('is given back by a slot that fails for the third time, which is kept with its segments', () => {
    const { catalog, lease } = owing();
    catalog.recordSegments([parquetSegment('b', HOUR)]);
    const slot = catalog.claimSlot(HOUR, lease);
    if (slot === null) throw new Error('nothing was owed');
    expect(['one', 'two', 'three'].map((trouble) => catalog.failSlot(slot, lease, trouble))).toEqual([
      'claimed',
      'claimed',
      'failed',
    ]);
    expect(() => catalog.failSlot(slot, lease, 'four')).toThrow('slot_not_claimed');
    expect(catalog.openSlots()).toEqual([]);
    expect(catalog.failedSlots()).toMatchObject([
      { id: `${HOUR}-2`, failed_tries: 3, trouble: 'three', segments: [{ id: 'b' }], owed: [] },
    ]);
    expect(catalog.claimSlot(HOUR, lease)?.owed).toMatchObject([{ entry: { comparison_id: 'e1' } }]);
  });
});

describe('intents', () => {
  test('every repeat gets the first answer', () => {
    const path = join(freshFolder(), 'catalog.db');
    const first = { path: 'logs/a.parquet', logged_at_ms: 5 };
    expect(openCatalog(path).intend('segment', 'a', 'logs/a.parquet', 5)).toEqual(first);
    expect(openCatalog(path).intend('segment', 'a', 'logs/other.parquet', 9)).toEqual(first);
    expect(openCatalog(path).intend('report', 'a', 'reports/a', 9)).toEqual({ path: 'reports/a', logged_at_ms: 9 });
  });
});

describe('what was analysed', () => {
  test('events are found by id, job and partition, newest first', () => {
    const catalog = freshCatalog();
    const reason = { outcome: 'inconclusive', inconclusive_reason: 'deadline', logged_at_ms: NOW + 1 } as const;
    const other = event('e3', { partition_key: 'ds=2026-11-21', logged_at_ms: NOW + 2 });
    commitNew(catalog, 's1', { events: [event('e1'), event('e2', reason), other, event('e4', { job: 'users' })] });
    expect(catalog.analysedEvents(['e1', 'e4', 'e9', "'; --"])).toEqual(new Set(['e1', 'e4']));
    expect(catalog.event('e2')).toEqual({ ...event('e2', reason), slot_id: HOUR });
    expect(catalog.eventsOf('orders', null, 10).map((found) => found.comparison_id)).toEqual(['e3', 'e2', 'e1']);
    expect(catalog.eventsOf('orders', 'ds=2026-11-20', 1).map((found) => found.comparison_id)).toEqual(['e2']);
  });

  test('an issue keeps its first and last sighting, and is called what the last one called it', () => {
    const catalog = freshCatalog();
    expect(catalog.firstSeen('i1')).toBeNull();
    commitNew(catalog, 's1', { events: [event('e1')], occurrences: [occurrence('i1', 'e1', { title: 'first' })] });
    const later = { title: 'later', state: 'known', owner: "o'brien", seen_at_ms: NOW + 10 } as const;
    commitNew(catalog, 's2', { events: [event('e2')], occurrences: [occurrence('i1', 'e2', later)] });
    const earlier = { title: 'late to arrive', seen_at_ms: NOW - 10 };
    commitNew(catalog, 's3', { events: [event('e3')], occurrences: [occurrence('i1', 'e3', earlier)] });
    expect(catalog.issueById('i1')).toMatchObject({
      title: 'later',
      state: 'known',
      owner: "o'brien",
      first_seen_ms: NOW - 10,
      last_seen_ms: NOW + 10,
    });
    expect(catalog.firstSeen('i1')).toBe(NOW - 10);
    expect(catalog.issues()).toHaveLength(1);
    expect(catalog.occurrencesOf('i1', 2)).toMatchObject([
      { comparison_id: 'e2', job: 'orders', state: 'known', explained: 8 },
      { comparison_id: 'e1', partition_key: 'ds=2026-11-20', state: 'new' },
    ]);
  });

  test('findings of one issue in one comparison add up, and an event committed before is not counted again', () => {
    const catalog = freshCatalog();
    const twice = [occurrence('i1', 'e1', { explained: 3 }), occurrence('i1', 'e1', { explained: 4 })];
    commitNew(catalog, 's1', { events: [event('e1'), event('e1')], occurrences: twice });
    commitNew(catalog, 's2', { events: [event('e1', { outcome: 'match' })], occurrences: twice });
    expect(catalog.occurrencesOf('i1', 10)).toMatchObject([{ explained: 7 }]);
    expect(catalog.event('e1')).toMatchObject({ outcome: 'mismatch', slot_id: HOUR });
  });

  test('an occurrence without its event is a bug, and nothing of the slot is written', () => {
    const catalog = freshCatalog();
    expect(() => commitNew(catalog, 's1', { events: [event('e1')], occurrences: [occurrence('i1', 'e2')] })).toThrow();
    expect(catalog.event('e1')).toBeNull();
    expect(catalog.openSlots()).toHaveLength(1);
  });
});

describe('copies for reading', () => {
  const hostile = 'it\'s "x"\n\u202e\t\u0001 __proto__ 😀';

  test('a copy is a whole catalog, and never replaces a file', () => {
    const catalog = freshCatalog();
    commitNew(catalog, 's1', { events: [event('e1')], quarantine: [{ log: 'l', place: 'p', reason: hostile }] });
    const target = join(freshFolder(), "it's a copy.db");
    catalog.copyForReading(target);
    expect(openCatalog(target).event('e1')).toEqual(catalog.event('e1'));
    expect(() => catalog.copyForReading(target)).toThrow('catalog_copy_stands');
  });

  test('exported tables read in the engine as they stand in the catalog, empty ones too', async () => {
    const catalog = freshCatalog();
    commitNew(catalog, 's1', { events: [event('e1')], quarantine: [{ log: 'l', place: 'p', reason: hostile }] });
    const exported = await exportTables(catalog.tables(), freshFolder(), nodeFiles);
    expect(exported.map(({ name }) => name)).toEqual(
      'action analysed_event comparison comparison_tally file_fingerprint intent issue landing landing_input lease log_segment newest_landing occurrence owed own_segment pair pair_tally quarantine scheduled_run slot slot_summary spec table_stamp telling told_segment told_watermark watermark'.split(
        ' ',
      ),
    );
    const path = exported.find(({ name }) => name === 'quarantine')?.path ?? '';
    const engine = await openDuckdb({ files: [path], spill: null, threads: 1, memory_bytes: null });
    const { rows } = await engine.run(
      sql`SELECT slot_id, reason FROM read_json(${value(path)}, format = 'newline_delimited', columns = {slot_id: 'VARCHAR', reason: 'VARCHAR'})`,
    );
    await engine.close();
    expect(rows).toEqual([[HOUR, hostile]]);
    const spec = catalog.tables().find(({ name }) => name === 'spec');
    expect(spec).toEqual({
      name: 'spec',
      columns: [
        { name: 'id', type: 'VARCHAR' },
        { name: 'spec', type: 'VARCHAR' },
        { name: 'first_seen_ms', type: 'BIGINT' },
      ],
      rows: [],
    });
  });
});

describe('opening', () => {
  test('every migration file is known, in the order of its number', () => {
    const files = readdirSync(join(packageRoot(), 'queries', 'store', 'migrations')).sort();
    expect(files).toEqual(MIGRATIONS.map((name) => `${name}.sql`));
    expect(MIGRATIONS.map((name) => Number(name.slice(0, 4)))).toEqual(MIGRATIONS.map((_, i) => i + 1));
  });

  test('a catalog of the first version keeps what it holds, owes what it left undecided, and tells a bad line once', () => {
    const path = join(freshFolder(), 'catalog.db');
    const sqlite = new DatabaseSync(path);
    sqlite.exec(readFileSync(join(packageRoot(), 'queries', 'store', 'migrations', '0001-first-tables.sql'), 'utf8'));
    sqlite.exec(`PRAGMA user_version = 1;
      INSERT INTO slot VALUES ('${HOUR}', '${HOUR}', 'committed', 1, 1, 5), ('${HOUR}-2', '${HOUR}', 'committed', 2, 1, 6);
      INSERT INTO comparison VALUES
        ('e1', '${HOUR}', 'orders', 'ds=1', 'migration', 'inconclusive', 'not_landed', 'r', ${NOW}),
        ('e2', '${HOUR}', 'orders', 'ds=2', 'migration', 'inconclusive', 'superseded', 'r', ${NOW}),
        ('e3', '${HOUR}', 'orders', 'ds=3', 'migration', 'mismatch', NULL, 'r', ${NOW});
      INSERT INTO quarantine VALUES ('${HOUR}', 'l', 'p', 'r'), ('${HOUR}-2', 'l', 'p', 'r'), ('${HOUR}', 'l', 'p', 's');`);
    sqlite.close();
    const catalog = openCatalog(path);
    expect(catalog.reportedSlots(9)).toEqual([
      { id: `${HOUR}-2`, summary: null },
      { id: HOUR, summary: null },
    ]);
    expect(catalog.tables().find(({ name }) => name === 'quarantine')?.rows).toHaveLength(2);
    const slot = catalog.claimSlot(HOUR, taken(catalog));
    expect(slot?.owed).toMatchObject([
      { reason: 'not_landed', since_ms: NOW, entry: { comparison_id: 'e1', logged_at: '2026-11-20T05:00:00.000Z' } },
    ]);
  });

  test('a catalog of the second version keeps every row, under the new name of the table of events', () => {
    const path = join(freshFolder(), 'catalog.db');
    const sqlite = new DatabaseSync(path);
    for (const name of MIGRATIONS.slice(0, 2)) {
      sqlite.exec(readFileSync(join(packageRoot(), 'queries', 'store', 'migrations', `${name}.sql`), 'utf8'));
    }
    const entry = JSON.stringify({
      comparison_id: 'e2',
      job: 'orders',
      partition_key: 'ds=2',
      pairing: 'migration',
      logged_at: '2026-11-20T05:00:00.000Z',
      builds: { production: null, shadow: null },
      reference_side: null,
    });
    sqlite.exec(`PRAGMA user_version = 2;
      INSERT INTO slot VALUES ('${HOUR}', '${HOUR}', 'committed', 1, 1, 5, 0, NULL, 0);
      INSERT INTO slot_summary VALUES ('${HOUR}', '{}');
      INSERT INTO log_segment VALUES ('s', '/log', '/log/s', 'parquet', NULL, NULL, '${HOUR}', NULL, NULL, NULL, NULL, '${HOUR}');
      INSERT INTO comparison VALUES
        ('e1', '${HOUR}', 'orders', 'ds=1', 'migration', 'mismatch', NULL, 'r', ${NOW}),
        ('e2', '${HOUR}', 'orders', 'ds=2', 'migration', 'inconclusive', 'not_landed', 'r', ${NOW});
      INSERT INTO owed VALUES ('e2', '${entry}', 'not_landed', ${NOW}, 1, '${HOUR}', 0, NULL);
      INSERT INTO issue VALUES ('i1', 'ts_trunc', 't', 'site', 'shape', 'new', NULL, NULL, ${NOW}, ${NOW});
      INSERT INTO occurrence VALUES ('i1', 'e1', 'cells', 8, 'new', ${NOW});
      INSERT INTO quarantine VALUES ('${HOUR}', 'l', 'p', 'r');
      INSERT INTO lease VALUES ('analyze', NULL, 7, 0);`);
    const counted = (table: string): unknown => sqlite.prepare(`SELECT count(*) AS rows FROM ${table}`).get()?.rows;
    const tables = ['slot', 'slot_summary', 'log_segment', 'owed', 'issue', 'occurrence', 'quarantine', 'lease'];
    const before = tables.map(counted);
    const catalog = openCatalog(path);
    expect(tables.map(counted)).toEqual(before);
    expect(catalog.eventsOf('orders', null, 9).map(({ comparison_id }) => comparison_id)).toEqual(['e1', 'e2']);
    expect(catalog.occurrencesOf('i1', 9)).toMatchObject([{ comparison_id: 'e1', job: 'orders', explained: 8 }]);
    expect(catalog.issueById('i1')).toMatchObject({ state: 'new', gone_since_ms: null, regressed_at_ms: null });
    expect(catalog.undecidedEntries()).toBe(1);
    expect(catalog.comparisonsOf('orders', 'migration', 'ds=1', 9)).toEqual([]);
    expect(taken(catalog).token).toBe(8);
    expect(catalog.claimSlot(HOUR, taken(catalog, 'other'))?.owed).toMatchObject([{ entry: { comparison_id: 'e2' } }]);
    expect(sqlite.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
    expect(() => sqlite.exec("INSERT INTO occurrence VALUES ('i1', 'nothing', 'cells', 1, 'new', 1)")).toThrow(
      'FOREIGN KEY',
    );
    sqlite.close();
  });

  test('a catalog is in WAL mode and keeps what was written', () => {
    const path = join(freshFolder(), 'catalog.db');
    openCatalog(path).recordSegments([parquetSegment('a', HOUR)]);
    const sqlite = new DatabaseSync(path, { readOnly: true });
    expect(sqlite.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    expect(openCatalog(path).unassignedSegments()).toHaveLength(1);
  });

  test('a catalog of a later version is refused and left as it is', () => {
    const path = join(freshFolder(), 'catalog.db');
    openCatalog(path).close();
    const sqlite = new DatabaseSync(path);
    sqlite.exec('PRAGMA user_version = 99');
    sqlite.close();
    const before = readFileSync(path);
    expect(() => openCatalog(path)).toThrow(expect.objectContaining({ exitCode: 4, code: 'catalog_too_new' }));
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test("another program's SQLite file is refused", () => {
    const path = join(freshFolder(), 'places.db');
    const sqlite = new DatabaseSync(path);
    sqlite.exec('CREATE TABLE place (id INTEGER)');
    sqlite.close();
    expect(() => openCatalog(path)).toThrow(expect.objectContaining({ code: 'catalog_foreign' }));
  });

  test('a damaged file, a missing folder and a folder in its place are told apart from bugs', () => {
    const folder = freshFolder();
    const garbage = join(folder, 'garbage.db');
    writeFileSync(garbage, 'this is no database, and it is longer than a header of SQLite is, by some characters more');
    expect(() => openCatalog(garbage)).toThrow(expect.objectContaining({ exitCode: 4, code: 'catalog_corrupt' }));
    const missing = join(folder, 'nothing', 'catalog.db');
    expect(() => openCatalog(missing)).toThrow(expect.objectContaining({ exitCode: 4, code: 'catalog_not_writable' }));
    expect(() => openCatalog(folder)).toThrow(expect.objectContaining({ code: 'catalog_not_writable' }));
  });

  test('a row that no version writes is told as damage', () => {
    const path = join(freshFolder(), 'catalog.db');
    const catalog = openCatalog(path);
    catalog.recordSegments([parquetSegment('a', HOUR)]);
    const sqlite = new DatabaseSync(path);
    sqlite.exec("PRAGMA ignore_check_constraints = 1; UPDATE log_segment SET kind = 'xml'");
    sqlite.close();
    expect(() => catalog.unassignedSegments()).toThrow(expect.objectContaining({ code: 'catalog_corrupt' }));
  });
});
