import { readdirSync, rmSync, statSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lookAtTable } from '../../src/partition/look-at-table.ts';
import { DAY_MS, openWatchedPlace, type WatchedPlace, watched } from './watched-place.ts';

let place: WatchedPlace;
beforeEach(() => {
  place = openWatchedPlace();
});
afterEach(() => place.end());

/** Milliseconds. */
function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** What the bare calls take for a folder, its folders and the files in all of them. */
function floorOf(folder: string): number {
  return timed(() => {
    const open = [folder];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      for (const name of readdirSync(next)) {
        const path = `${next}/${name}`;
        if (statSync(path, { bigint: true }).isDirectory()) open.push(path);
      }
    }
  });
}

const later = (): number => Date.now() + DAY_MS;

test('150,000 small files in one partition are one landing, for a few times of the bare calls', () => {
  for (let i = 0; i < 150_000; i += 1) place.write(`ds=1/${i % 7 === 0 ? `deep-${i % 1000}/` : ''}${i}.parquet`, '');
  const floor = floorOf(place.root);
  const taken = timed(() => {
    const look = lookAtTable(watched(place.root), null, later());
    expect(look.landed.map(({ file_count }) => file_count)).toEqual([150_000]);
    expect(lookAtTable(watched(place.root), look.stamp, later()).landed).toEqual([]);
  });
  expect(taken / floor).toBeLessThan(10);
});

test('100,000 partitions of one table are found, and found to be gone, for a few times of the bare calls', () => {
  for (let i = 0; i < 100_000; i += 1) place.write(`ds=${i}/a.parquet`, '');
  const floor = floorOf(place.root);
  let stamp: string | null = null;
  const taken = timed(() => {
    const look = lookAtTable(watched(place.root), null, later());
    expect(look.landed).toHaveLength(100_000);
    stamp = look.stamp;
  });
  expect(taken / floor).toBeLessThan(10);
  for (const name of readdirSync(place.root)) rmSync(place.path(name), { recursive: true });
  place.write('ds=%31/a.parquet');
  const again = timed(() => {
    const look = lookAtTable(watched(place.root), stamp, later());
    expect([look.gone.length, look.landed.length]).toEqual([99_999, 1]);
  });
  expect(again / floor).toBeLessThan(10);
});
