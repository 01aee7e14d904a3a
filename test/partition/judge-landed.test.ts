import { execFileSync } from 'node:child_process';
import { rmSync, utimesSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lookAtTable } from '../../src/partition/look-at-table.ts';
import {
  AT_ONCE,
  DAY_MS,
  LISTED,
  MARKED,
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

const later = (): number => Date.now() + 30 * DAY_MS;
const looked = (when = MARKED) => lookAtTable(watched(place.root, { when }), null, later());

function setTime(path: string, iso: string): void {
  utimesSync(place.path(path), new Date(iso), new Date(iso));
}

describe('with a marker', () => {
  test('a partition has landed when it is there, also empty, and not before', () => {
    place.write('ds=1/a.parquet');
    place.write('ds=2/_SUCCESS', '');
    place.folder('ds=3/_SUCCESS');
    place.folder('ds=4');
    const look = watching(watched(place.root, { when: MARKED }));
    const waiting = ['ds=1', 'ds=3', 'ds=4'].map((key) => `${key}: there is no marker _SUCCESS`);
    const first = look(later());
    expect(told(first)).toMatchObject({ landed: ['ds=2'], waiting });
    const again = look(later());
    expect([told(again).waiting, again.stamp]).toEqual([waiting, first.stamp]);
    place.write('ds=1/_SUCCESS', '');
    expect(told(look(later())).landed).toEqual(['ds=1']);
    rmSync(place.path('ds=2/_SUCCESS'));
    const unmarked = told(look(later() + 2 * DAY_MS));
    expect([unmarked.gone, unmarked.waiting[0]]).toEqual([[], 'ds=2: there is no marker _SUCCESS']);
  });

  test('any name may mark, and is no data', () => {
    place.write('ds=1/DONE', 'yes');
    place.write('ds=1/part/DONE', 'yes');
    const { landed } = looked({ ...MARKED, marker: 'DONE' });
    expect(landed.map(({ file_count }) => file_count)).toEqual([0]);
  });

  test.each([
    ['nothing', '', 'mtime', '2026-01-05T00:00:00.000Z'],
    ['some text', 'written by the nightly load', 'mtime', '2026-01-05T00:00:00.000Z'],
    ['the day of the partition', '2026-01-02\n', 'mtime', '2026-01-05T00:00:00.000Z'],
    ['a time', ' 2026-01-03T04:05:06+02:00\n', 'marker', '2026-01-03T02:05:06.000Z'],
    ['JSON with a time', '{"landed_at": "2026-01-03T04:05:06Z"}', 'marker', '2026-01-03T04:05:06.000Z'],
    ['JSON without', '{"build": "b7"}', 'mtime', '2026-01-05T00:00:00.000Z'],
  ])('that holds %s, the landing time is what it says, or its own', (_, content, from, expected) => {
    place.write('ds=1/a.parquet');
    place.write('ds=1/_SUCCESS', content);
    setTime('ds=1/a.parquet', '2026-01-04T00:00:00Z');
    setTime('ds=1/_SUCCESS', '2026-01-05T00:00:00Z');
    const [landed] = looked().landed;
    expect([landed?.landed_at_from, new Date(landed?.landed_at_ms ?? 0).toISOString()]).toEqual([from, expected]);
  });

  test('it may say system, build, run kind, row count and cost', () => {
    const said = {
      system: 'next',
      build: '2310',
      run_kind: 'backfill',
      row_count: 7,
      cpu_seconds: 1.5,
      storage_bytes: 9,
    };
    place.write('ds=1/_SUCCESS', JSON.stringify({ ...said, more: [1], __proto__: 1 }));
    expect(looked().landed[0]?.said).toEqual(said);
  });

  test.each([
    ['{"system": "old"}', 'system: '],
    ['{"row_count": -1}', 'row_count: '],
    ['{"row_count": 1e300}', 'row_count: '],
    ['{"landed_at": "yesterday"}', 'landed_at: expected an ISO time'],
    ['{"build": "a\\u0007b"}', 'build: expected one line'],
    ['{"build": "b', 'it begins like JSON'],
    [`{"build": "${'x'.repeat(1024 * 1024)}"}`, 'it has '],
  ])('nonsense in it is told, and it marks all the same: %.30s', (content, message) => {
    place.write('ds=1/_SUCCESS', content);
    const look = looked();
    expect(told(look)).toMatchObject({ landed: ['ds=1'], troubles: ['marker_invalid'] });
    expect(look.troubles[0]?.message).toContain(message);
    expect(look.landed[0]).toMatchObject({ landed_at_from: 'mtime', said: { build: null, row_count: null } });
  });

  test('a time in the future is told and not believed', () => {
    place.write('ds=1/_SUCCESS', '{"landed_at": "2150-01-01T00:00:00Z", "build": "b"}');
    const look = looked();
    expect(told(look)).toMatchObject({ landed: ['ds=1'], troubles: ['landed_in_future'] });
    expect(look.landed[0]).toMatchObject({ landed_at_from: 'mtime', said: { build: 'b' } });
    expect(look.landed[0]?.landed_at_ms).toBeLessThanOrEqual(Date.now());
  });

  test('a FIFO of its name is none, and is not opened', () => {
    place.folder('ds=1');
    execFileSync('mkfifo', [place.path('ds=1/_SUCCESS')]);
    expect(told(looked()).waiting).toEqual(['ds=1: there is no marker _SUCCESS']);
    expect(told(looked(LISTED)).waiting).toEqual(['ds=1: there is no manifest _manifest.json']);
  });
});

describe('with a manifest', () => {
  const write = (files: readonly object[], more: object = {}) =>
    place.write('ds=1/_manifest.json', JSON.stringify({ version: 1, files, ...more }));

  test('a partition has landed when every file of it has its size, and no other is there', () => {
    const look = watching(watched(place.root, { when: LISTED }));
    place.write('ds=1/a.parquet', '1234');
    expect(told(look(later())).waiting).toEqual(['ds=1: there is no manifest _manifest.json']);
    write(
      [
        { file: 'a.parquet', size_bytes: 4 },
        { file: 'deep/b.parquet', size_bytes: 2 },
      ],
      { landed_at: '2026-01-03T00:00:00Z', row_count: 3 },
    );
    expect(told(look(later())).waiting).toEqual(['ds=1: its manifest lists deep/b.parquet, which is not there']);
    place.write('ds=1/deep/b.parquet', '1');
    expect(told(look(later())).waiting).toEqual(['ds=1: deep/b.parquet has 1 bytes, and 2 by its manifest']);
    place.write('ds=1/deep/b.parquet', '12');
    const { landed } = look(later());
    expect(landed).toMatchObject([
      {
        file_count: 2,
        size_bytes: 6,
        landed_at_from: 'manifest',
        landed_at_ms: Date.UTC(2026, 0, 3),
        said: { row_count: 3 },
      },
    ]);
    place.write('ds=1/c.parquet', '1');
    expect(told(look(later())).waiting).toEqual(['ds=1: its manifest does not list c.parquet']);
    // In place: no folder changes.
    write([
      { file: 'a.parquet', size_bytes: 4 },
      { file: 'c.parquet', size_bytes: 1 },
      { file: 'deep/b.parquet', size_bytes: 2 },
    ]);
    expect(told(look(later())).landed).toEqual(['ds=1']);
  });

  test('that is none it has not landed, and the manifest is told', () => {
    place.write('ds=1/_manifest.json', '{"version": 1, "files": [');
    const look = looked(LISTED);
    expect(told(look)).toMatchObject({ landed: [], troubles: ['manifest_invalid'] });
    expect(look.not_landed[0]?.reason).toBe('its manifest _manifest.json cannot be used: it is no JSON');
  });

  test('of no files it has landed empty', () => {
    write([]);
    expect(looked(LISTED).landed).toMatchObject([{ file_count: 0, size_bytes: 0, landed_at_from: 'mtime' }]);
  });
});

describe('by quiet time', () => {
  const QUIET = { ...AT_ONCE, quiet_ms: 60_000 };

  test('a partition has landed once nothing in it changed for so long', () => {
    place.write('ds=1/deep/a.parquet');
    place.folder('ds=2');
    const look = watching(watched(place.root, { when: QUIET }));
    const now = Date.now();
    const [one, two] = told(look(now + 50_000)).waiting;
    expect(one).toMatch(/^ds=1: it was written at 20.*Z, and has to be quiet for 60 s$/);
    expect(two).toBe('ds=2: it holds no data file');
    expect(told(look(now + 70_000)).landed).toEqual(['ds=1']);
  });

  test('a file copied with its old time is a change, and one from the future is not waited for by its folder', () => {
    place.write('ds=1/a.parquet');
    setTime('ds=1/a.parquet', '2026-01-04T00:00:00Z');
    expect(told(lookAtTable(watched(place.root, { when: QUIET }), null, Date.now() + 1000)).landed).toEqual([]);
    setTime('ds=1', '2150-01-04T00:00:00Z');
    const [landed] = lookAtTable(watched(place.root, { when: QUIET }), null, Date.now() + 1000).landed;
    expect(landed).toMatchObject({ landed_at_from: 'mtime', landed_at_ms: Date.UTC(2026, 0, 4) });
  });
});

describe('by nothing, or by telling', () => {
  test.each([
    ['nothing', AT_ONCE],
    ['telling', { ...AT_ONCE, is_told: true }],
    ['telling, whatever else is asked', { marker: 'a.parquet', is_manifest: true, quiet_ms: 9e12, is_told: true }],
  ])('%s: a folder with a data file has landed, one without has not', (_, when) => {
    place.write('ds=1/a.parquet', '');
    place.write('ds=2/_SUCCESS');
    const look = looked(when);
    expect(told(look)).toMatchObject({ landed: ['ds=1'], waiting: ['ds=2: it holds no data file'], troubles: [] });
    expect(look.landed[0]).toMatchObject({ file_count: 1, landed_at_from: 'mtime' });
  });
});

test('times of files from the far future and from before 1970 break nothing', () => {
  place.write('ds=1/a.parquet');
  place.write('ds=2/a.parquet');
  setTime('ds=1/a.parquet', '2286-01-01T00:00:00Z');
  setTime('ds=2/a.parquet', '1950-01-01T00:00:00Z');
  const now = later();
  const { landed } = lookAtTable(watched(place.root), null, now);
  expect(landed.map(({ landed_at_ms }) => landed_at_ms)).toEqual([now, 0]);
  expect(told(looked({ ...AT_ONCE, quiet_ms: 1000 })).landed).toEqual(['ds=2']);
});

test('a marker from before 1970 landed then: a time before every date would stop whoever prints it', () => {
  place.write('ds=1/_SUCCESS', '');
  setTime('ds=1/_SUCCESS', '1960-01-01T00:00:00Z');
  expect(looked().landed).toMatchObject([{ landed_at_ms: 0, landed_at_from: 'mtime' }]);
});
