import { execFileSync } from 'node:child_process';
import { renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { printPartitionKey } from '../../src/core/partition-key.ts';
import { lookAtTable } from '../../src/partition/look-at-table.ts';
import {
  AT_ONCE,
  DAY_MS,
  HOUR_MS,
  MARKED,
  NOTHING_TOLD,
  openWatchedPlace,
  told,
  type WatchedPlace,
  watched,
  watching,
} from './watched-place.ts';

let place: WatchedPlace;
beforeEach(() => {
  place = openWatchedPlace();
});
afterEach(() => place.end());

/** Long after everything was written, so that nothing is fresh. */
const later = (): number => Date.now() + 30 * DAY_MS;

describe('what changed', () => {
  test('is told once; an idle look tells nothing and leaves the stamp as it is', () => {
    for (const day of ['19', '20']) place.write(`ds=2026-11-${day}/a.parquet`);
    const now = later();
    const first = lookAtTable(watched(place.root), null, now);
    expect(told(first)).toEqual({ ...NOTHING_TOLD, landed: ['ds=2026-11-19', 'ds=2026-11-20'] });
    const idle = lookAtTable(watched(place.root), first.stamp, now + HOUR_MS);
    expect([told(idle), idle.stamp, idle.partition_count]).toEqual([NOTHING_TOLD, first.stamp, 2]);
  });

  test('is a file added, a partition added, one that is gone, and one that was moved', () => {
    for (const name of ['ds=1', 'ds=2', 'ds=3', 'ds=4']) place.write(`${name}/a.parquet`);
    const look = watching(watched(place.root));
    const [before] = look(later()).landed;
    place.write('ds=1/b.parquet');
    place.write('ds=5/a.parquet');
    rmSync(place.path('ds=2'), { recursive: true });
    renameSync(place.path('ds=3'), place.path('ds=6'));
    const after = look(later() + HOUR_MS);
    expect(told(after)).toEqual({ ...NOTHING_TOLD, landed: ['ds=1', 'ds=5', 'ds=6'], gone: ['ds=2', 'ds=3'] });
    expect(after.landed[0]).toMatchObject({ file_count: 2, size_bytes: 8, folder: place.path('ds=1') });
    expect(after.landed[0]?.files_hash).not.toBe(before?.files_hash);
  });

  test('in a folder within a partition belongs to it', () => {
    place.write('ds=1/part/deep/a.parquet');
    place.write('ds=1/_temporary/b.parquet');
    const look = watching(watched(place.root));
    expect(look(later()).landed[0]?.file_count).toBe(1);
    place.write('ds=1/_temporary/c.parquet');
    place.write('ds=1/part/deep/d.parquet');
    expect(look(later() + HOUR_MS).landed[0]?.file_count).toBe(2);
  });

  test('is seen where the folder changed twice within one tick of a clock', () => {
    place.write('ds=1/a.parquet');
    const times = new Date(Date.now() - 60_000);
    const look = watching(watched(place.root));
    utimesSync(place.path('ds=1'), times, times);
    expect(look(Date.now()).landed[0]?.file_count).toBe(1);
    place.write('ds=1/b.parquet');
    utimesSync(place.path('ds=1'), times, times);
    expect(look(Date.now() + 1000).landed[0]?.file_count).toBe(2);
  });
});

describe('a file written in place', () => {
  test('is seen at the next look while the partition is young, and within a day when it is old', () => {
    const path = place.write('ds=1/a.parquet', 'one');
    const look = watching(watched(place.root));
    const now = later();
    const hash = look(now).landed[0]?.files_hash;
    writeFileSync(path, 'two');
    expect(look(now + HOUR_MS)).toMatchObject({ landed: [] });
    const seen = look(now + DAY_MS).landed[0]?.files_hash;
    expect(seen).toMatch(/^[0-9a-f]{32}$/);
    expect(seen).not.toBe(hash);
    // Now it is young: it changed at the last look.
    writeFileSync(path, 'tri');
    const again = look(now + DAY_MS + 60_000).landed[0]?.files_hash;
    expect(again).not.toBe(seen);
  });

  test('costs a young partition ever fewer looks', () => {
    place.write('ds=0/a.parquet');
    const look = watching(watched(place.root));
    const start = later();
    look(start);
    place.write('ds=1/a.parquet');
    const looks = Array.from({ length: 12 * 24 }, (_, i) => look(start + HOUR_MS + i * 300_000));
    const listed = looks.filter(({ landed }) => landed.some(({ key }) => printPartitionKey(key) === 'ds=1'));
    expect(listed.length).toBeGreaterThan(5);
    expect(listed.length).toBeLessThan(20);
  });

  test('is seen within a day where the times of a level do not tell it', () => {
    place.write('ds=1/a.parquet');
    const now = later();
    const stamp = JSON.parse(lookAtTable(watched(place.root), null, now).stamp);
    place.write('ds=2/a.parquet');
    // As a file server does that leaves the times of its folders alone.
    stamp[3][1] = JSON.parse(lookAtTable(watched(place.root), null, now).stamp)[3][1];
    const look = (at_ms: number) => told(lookAtTable(watched(place.root), JSON.stringify(stamp), at_ms)).landed;
    expect(look(now + HOUR_MS)).not.toContain('ds=2');
    expect(look(now + DAY_MS)).toContain('ds=2');
  });

  test('is seen after the clock jumped back', () => {
    const path = place.write('ds=1/a.parquet', 'one');
    const look = watching(watched(place.root));
    const hash = look(Date.now() + 3650 * DAY_MS).landed[0]?.files_hash;
    writeFileSync(path, 'two');
    expect(look(later()).landed[0]?.files_hash).not.toBe(hash);
    expect(look(later() + DAY_MS).landed).toHaveLength(1);
    expect(look(later() + DAY_MS + HOUR_MS).landed).toEqual([]);
  });
});

describe('gone is', () => {
  test('nothing where the table is not there, is no folder, cannot be read, or is an empty place to mount on', () => {
    for (const name of ['ds=1', 'ds=2']) place.write(`table/${name}/a.parquet`);
    const look = watching(watched(place.path('table')));
    const { stamp } = look(later());
    renameSync(place.path('table'), place.path('elsewhere'));
    expect(told(look(later()))).toEqual({ ...NOTHING_TOLD, troubles: ['path_not_found'] });
    place.write('table');
    expect(told(look(later()))).toEqual({ ...NOTHING_TOLD, troubles: ['path_unreadable'] });
    rmSync(place.path('table'));
    place.folder('table');
    const emptied = look(later());
    expect([told(emptied), emptied.partition_count]).toEqual([{ ...NOTHING_TOLD, troubles: ['table_emptied'] }, 2]);
    rmSync(place.path('table'), { recursive: true });
    renameSync(place.path('elsewhere'), place.path('table'));
    expect(emptied.stamp).toBe(stamp);
    rmSync(place.path('table', 'ds=2'), { recursive: true });
    expect(told(look(later()))).toEqual({ ...NOTHING_TOLD, gone: ['ds=2'] });
  });

  test('every partition below a level that went, and the last one of a table that stands', () => {
    for (const name of ['ds=1/hour=05', 'ds=1/hour=06', 'ds=2/hour=05']) place.write(`${name}/a.parquet`);
    const look = watching(watched(place.root, { columns: ['ds', 'hour'] }));
    look(later());
    rmSync(place.path('ds=1'), { recursive: true });
    expect(told(look(later()))).toEqual({ ...NOTHING_TOLD, gone: ['ds=1/hour=05', 'ds=1/hour=06'] });
    rmSync(place.path('ds=2'), { recursive: true });
    expect(told(look(later()))).toEqual({ ...NOTHING_TOLD, gone: ['ds=2/hour=05'] });
  });

  test('no partition behind a link whose target is away between two looks', () => {
    place.write('disk/one/a.parquet');
    place.folder('table');
    symlinkSync(place.path('disk/one'), place.path('table/ds=1'));
    const look = watching(watched(place.path('table')));
    expect(told(look(later())).landed).toEqual(['ds=1']);
    renameSync(place.path('disk'), place.path('away'));
    expect(told(look(later()))).toEqual({ ...NOTHING_TOLD, troubles: ['path_unreadable'] });
    renameSync(place.path('away'), place.path('disk'));
    expect(told(look(later()))).toEqual(NOTHING_TOLD);
  });
});

describe('levels', () => {
  test('that nobody declared are as the folders show them, also when they grow', () => {
    place.write('ds=1/a.parquet');
    place.write('ds=2/hour=05/a.parquet');
    place.write('other/a.parquet');
    const look = watching(watched(place.root, { columns: [] }));
    expect(told(look(later())).landed).toEqual(['ds=1', 'ds=2/hour=05']);
    place.write('ds=1/hour=00/a.parquet');
    expect(told(look(later()))).toEqual({ ...NOTHING_TOLD, landed: ['ds=1/hour=00'], gone: ['ds=1'] });
  });

  test('of a table without any: it is one partition, as soon as something is in it', () => {
    const look = watching(watched(place.root, { columns: [] }));
    const empty = look(later());
    expect([told(empty), empty.partition_count]).toEqual([NOTHING_TOLD, 0]);
    place.write('a.parquet');
    expect(told(look(later()))).toEqual({ ...NOTHING_TOLD, landed: [''] });
    place.write('ds=1/a.parquet');
    expect(told(look(later()))).toEqual({ ...NOTHING_TOLD, landed: ['ds=1'], gone: [''] });
  });

  test('of other columns are let be, and other columns in the config begin anew', () => {
    place.write('ds=1/a.parquet');
    place.write('dt=2/a.parquet');
    const look = watching(watched(place.root));
    expect(told(look(later())).landed).toEqual(['ds=1']);
    expect(told(look(later(), { columns: ['dt'] }))).toEqual({ ...NOTHING_TOLD, landed: ['dt=2'] });
  });

  test('two spellings of one key are trouble for this key only, until one of them goes', () => {
    for (const name of ['ds=a b', 'ds=c', 'ds=d%2Fe']) place.write(`${name}/a.parquet`);
    const look = watching(watched(place.root));
    expect(told(look(later())).landed).toEqual(['ds=a b', 'ds=c', 'ds=d%2Fe']);
    place.write('ds=a%20b/a.parquet');
    const twice = look(later());
    expect(twice.troubles.map(({ code, subject }) => [code, subject])).toEqual([['partition_ambiguous', 'ds=a b']]);
    expect(twice.troubles[0]?.message).toContain(`${place.path('ds=a b')}, ${place.path('ds=a%20b')}`);
    expect([twice.landed, twice.not_landed.length, twice.gone]).toEqual([[], 2, []]);
    rmSync(place.path('ds=a b'), { recursive: true });
    const left = look(later());
    expect(told(left)).toEqual({ ...NOTHING_TOLD, landed: ['ds=a b'] });
    expect(left.landed[0]?.folder).toBe(place.path('ds=a%20b'));
  });

  test('with hostile names are keys like all others', () => {
    const names = [
      "ds='; DROP",
      'ds=__proto__',
      'ds=\u202e',
      'ds=line\nbreak',
      'ds=*[a]?',
      `ds=${'x'.repeat(252)}`,
      'ds=',
    ];
    for (const name of names) place.write(`${name}/__proto__`);
    for (const name of names) place.write(`${name}/constructor`);
    const first = lookAtTable(watched(place.root), null, later());
    expect(first.landed.map(({ folder }) => folder).sort()).toEqual(names.map((name) => place.path(name)).sort());
    expect(first.landed.every(({ file_count }) => file_count === 1)).toBe(true);
    expect(told(lookAtTable(watched(place.root), first.stamp, later()))).toEqual(NOTHING_TOLD);
  });
});

describe('what cannot be read', () => {
  test('a FIFO, a broken link, a loop of links: the partition has not landed, the others have', () => {
    for (const name of ['ds=1', 'ds=2', 'ds=3', 'ds=4']) place.write(`${name}/a.parquet`);
    execFileSync('mkfifo', [place.path('ds=1/b.parquet')]);
    symlinkSync(place.path('nowhere'), place.path('ds=2/b.parquet'));
    symlinkSync(place.path('ds=3'), place.path('ds=3/back'));
    const look = lookAtTable(watched(place.root), null, later());
    expect(told(look).landed).toEqual(['ds=4']);
    expect(told(look).troubles).toEqual(['not_a_regular_file', 'path_unreadable', 'link_loop']);
    expect(look.not_landed.map(({ reason }) => reason.includes(place.root))).toEqual([true, true, true]);
  });

  test('levels that lead back up end, however many ways lead around', () => {
    place.write('a=1/x.parquet');
    for (const name of ['a=2', 'a=3', 'a=4']) symlinkSync(place.root, place.path(name));
    const look = lookAtTable(watched(place.root, { columns: [] }), null, later());
    expect(told(look)).toEqual({ ...NOTHING_TOLD, landed: ['a=1'], troubles: ['link_loop', 'link_loop', 'link_loop'] });
  });

  test('a folder that cannot be followed is trouble, keeps what was known of it, and is listed once it can be', () => {
    for (const name of ['ds=1', 'ds=2']) place.write(`${name}/a.parquet`);
    const look = watching(watched(place.root));
    look(later());
    renameSync(place.path('ds=1'), place.path('kept'));
    symlinkSync(place.path('ds=1'), place.path('ds=1'));
    const blocked = look(later());
    expect([told(blocked), blocked.partition_count]).toEqual([{ ...NOTHING_TOLD, troubles: ['path_unreadable'] }, 2]);
    expect(blocked.troubles[0]?.message).toContain('ELOOP');
    rmSync(place.path('ds=1'));
    place.write('kept/b.parquet');
    renameSync(place.path('kept'), place.path('ds=1'));
    expect(told(look(later()))).toEqual({ ...NOTHING_TOLD, landed: ['ds=1'] });
  });

  test('a stamp that is none is as no stamp', () => {
    place.write('ds=1/a.parquet');
    const { stamp } = lookAtTable(watched(place.root), null, later());
    for (const damaged of [
      '',
      '{',
      'null',
      '[]',
      '[99]',
      '[1,"[]"]',
      stamp.slice(0, -5),
      stamp.replace('[1,', '[2,'),
    ]) {
      expect(told(lookAtTable(watched(place.root), damaged, later())).landed).toEqual(['ds=1']);
    }
  });
});

test('another rule of landing is asked of every partition again', () => {
  place.write('ds=1/a.parquet');
  const look = watching(watched(place.root, { when: AT_ONCE }));
  expect(told(look(later())).landed).toEqual(['ds=1']);
  expect(told(look(later(), { when: MARKED })).waiting).toEqual(['ds=1: there is no marker _SUCCESS']);
  expect(told(look(later())).landed).toEqual(['ds=1']);
});
