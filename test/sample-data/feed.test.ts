import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { ExpectedLive } from '../../sample-data/build-expected-live.ts';
import { feedWave, warehousePlaces } from '../../sample-data/feed.ts';
import { EXCEPTIONS, NEVER_WRITTEN, type PlannedLanding, placeOf, WAVES } from '../../sample-data/feed-plan.ts';

const SAMPLE = join(import.meta.dirname, '../../sample-data');
const folders: string[] = [];

async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'shadowcheck-feed-'));
  folders.push(folder);
  return folder;
}

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

/** Every file with its bytes and its time, hidden ones too. */
async function contentOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const content = new Map<string, string>();
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path);
    const time = name === 'landings.jsonl' ? '' : (await stat(path)).mtime.toISOString();
    content.set(name, `${time} ${(await readFile(path)).toString('base64')}`);
  }
  return new Map([...content].sort());
}

interface Announcement {
  readonly job: string;
  readonly side: string;
  readonly partition_key: string;
  readonly run_kind: string;
  readonly size_bytes: number;
}

async function announcements(folder: string): Promise<readonly Announcement[]> {
  const text = await readFile(join(folder, 'landings.jsonl'), 'utf8');
  expect(text.endsWith('\n')).toBe(true);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Announcement);
}

describe('the feed', () => {
  test('writes the same bytes at the same names and times whenever it runs', async () => {
    const [one, other] = [await freshFolder(), await freshFolder()];
    for (const folder of [one, other]) for (const wave of WAVES) await feedWave(folder, wave);
    const content = await contentOf(one);
    expect(content.size).toBeGreaterThan(150);
    expect(await contentOf(other)).toEqual(content);
  });

  test('leaves the files of the warehouse, nothing hidden, and nothing that the plan does not name', async () => {
    const folder = await freshFolder();
    const landed: PlannedLanding[] = [];
    for (const wave of WAVES) landed.push(...(await feedWave(folder, wave)));
    const last = new Map(landed.map((landing) => [placeOf(landing), landing.from]));
    expect([...last.keys()].sort()).toEqual((await warehousePlaces()).filter((place) => place !== NEVER_WRITTEN.place));
    for (const [place, from] of last) {
      const names = (await readdir(join(folder, 'warehouse', place))).filter((name) => name !== '_SUCCESS');
      const given = (await readdir(join(SAMPLE, from))).filter((name) => name !== '_SUCCESS');
      expect(names, place).toEqual(given);
      for (const name of names) {
        const [written, source] = [join(folder, 'warehouse', place, name), join(SAMPLE, from, name)];
        expect((await readFile(written)).equals(await readFile(source)), written).toBe(true);
      }
    }
    expect(existsSync(join(folder, 'warehouse', NEVER_WRITTEN.place))).toBe(false);
  });

  test('tells each landing once: by a marker, or by a line in the landing log with the size on the disk', async () => {
    const folder = await freshFolder();
    const landed = await feedWave(folder, 1);
    const told = await announcements(folder);
    const announced = landed.filter(({ table }) => ['clicks_hourly', 'subscriptions'].includes(table));
    expect(told.map((line) => placeOf({ ...line, side: line.side as 'shadow', table: line.job }))).toEqual(
      announced.map(placeOf),
    );
    for (const { side, job, partition_key, size_bytes } of told) {
      const place = join(folder, 'warehouse', side, job, partition_key);
      expect(existsSync(join(place, '_SUCCESS'))).toBe(false);
      const sizes = await Promise.all((await readdir(place)).map(async (name) => (await stat(join(place, name))).size));
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(size_bytes);
    }
    const unmarked = landed.filter(
      (landing) => !announced.includes(landing) && !existsSync(join(folder, 'warehouse', placeOf(landing), '_SUCCESS')),
    );
    expect(unmarked.map(placeOf)).toEqual(['shadow/access_log/ds=2026-11-20']);
    expect(told.filter(({ run_kind }) => run_kind === 'seeded')).toHaveLength(1);
  });

  test('what lands again has other files, also where the bytes are the same', async () => {
    const folder = await freshFolder();
    const file = join(folder, 'warehouse/shadow/orders/ds=2026-11-18/part-00000.parquet');
    const seen: { ino: number; bytes: string }[] = [];
    for (const wave of WAVES) {
      await feedWave(folder, wave);
      seen.push({ ino: (await stat(file)).ino, bytes: (await readFile(file)).toString('base64') });
    }
    const [bad, repaired, badAgain] = seen;
    expect(badAgain?.bytes).toBe(bad?.bytes);
    expect(repaired?.bytes).not.toBe(bad?.bytes);
    expect(repaired?.ino).not.toBe(bad?.ino);
    expect(badAgain?.ino).not.toBe(repaired?.ino);
  });

  test('waits after each partition when asked to', async () => {
    const folder = await freshFolder();
    const times: number[] = [];
    await feedWave(folder, 2, { pace_ms: 30, onLanded: () => times.push(performance.now()) });
    expect(times).toHaveLength(EXCEPTIONS.filter(({ wave }) => wave === 2).length);
    for (const [i, time] of times.slice(1).entries()) expect(time - (times[i] ?? 0)).toBeGreaterThan(25);
  });
});

describe('what must be found after each wave', () => {
  test('holds every kind of story: pending, missing, seeded, backfilled, repaired and bad again', async () => {
    const { waves }: ExpectedLive = JSON.parse(await readFile(join(SAMPLE, 'expected-live.json'), 'utf8'));
    const [first, second, third] = waves;
    expect(first?.pending).toEqual(['subscriptions/ds=2026-11-18']);
    expect(first?.seeded_matches).toBe(1);
    expect(first?.logged.filter(({ trigger }) => trigger === 'deadline').map(({ kinds }) => kinds)).toEqual([
      ['shadow_missing'],
      ['production_missing'],
      ['shadow_missing'],
      [],
    ]);
    expect(second?.pending).toEqual([]);
    expect(second?.logged.map(({ run_kinds }) => run_kinds.shadow)).toEqual(['backfill']);
    expect(third?.logged.map(({ builds }) => builds.shadow)).toEqual(['next-2026.49']);
    const states = waves.map(({ issues }) =>
      issues.filter(({ partitions }) => partitions.includes('orders/ds=2026-11-18')).map(({ state }) => state),
    );
    expect(states).toEqual([['new'], ['resolved'], ['regressed']]);
  });
});
