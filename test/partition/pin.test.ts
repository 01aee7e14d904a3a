import { readFile, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Inconclusive } from '../../src/core/outcome.ts';
import { pinLanding, recheckLanding } from '../../src/partition/pin.ts';
import { sql } from '../../src/sql/sql.ts';
import { landingAt, openPlace, type Place } from './place.ts';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.end());

const ROWS = sql`SELECT range AS id FROM range(5)`;

async function reasonOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof Inconclusive ? error.reason : `no Inconclusive, but ${String(error)}`;
}

describe('landed', () => {
  test('a missing location is missing on its side; an empty folder has not landed', async () => {
    expect(await reasonOf(pinLanding(landingAt(place.path('gone'))))).toBe('shadow_missing');
    expect(await reasonOf(pinLanding({ ...landingAt(place.path('gone/*.csv')), side: 'production' }))).toBe(
      'production_missing',
    );
    await place.write('empty/_hidden', '');
    expect(await reasonOf(pinLanding(landingAt(place.path('empty'))))).toBe('not_landed');
  });

  test('a marker that is asked for and missing means not landed, whatever lies there', async () => {
    const file = await place.parquet('marker/ds=1/a.parquet', ROWS);
    for (const location of [place.path('marker/ds=1'), file, place.path('marker/ds=*/*.parquet')]) {
      expect(await reasonOf(pinLanding(landingAt(location, null, '_SUCCESS')))).toBe('not_landed');
    }
    await place.write('marker/ds=1/_SUCCESS', '');
    for (const location of [place.path('marker/ds=1'), file, place.path('marker/ds=*/*.parquet')]) {
      expect((await pinLanding(landingAt(location, null, '_SUCCESS'))).files.map(({ path }) => path)).toEqual([file]);
    }
  });

  test('a marker with a name like data is no data; under a marker an empty folder is an empty partition', async () => {
    await place.write('done/done.csv', '');
    const pinned = await pinLanding(landingAt(place.path('done'), null, 'done.csv'));
    expect(pinned.files).toEqual([]);
    expect(pinned.size_bytes).toBe(0n);
    await rm(place.path('done/done.csv'));
    expect(await reasonOf(recheckLanding(pinned))).toBe('partition_changed');
  });
});

describe('format', () => {
  test('is told from the names, compressed or not', async () => {
    for (const [name, kind] of [
      ['a.TSV', 'csv'],
      ['a.ndjson', 'jsonl'],
    ] as const) {
      expect((await pinLanding(landingAt(await place.write(`named/${name}`, 'x\n')))).format.kind).toBe(kind);
    }
  });

  test('mixed or unknown cannot be read', async () => {
    await place.write('mixed/a.csv', 'a\n');
    await place.write('mixed/b.json', '{}\n');
    expect(await reasonOf(pinLanding(landingAt(place.path('mixed'))))).toBe('unsupported_type');
    expect(await reasonOf(pinLanding(landingAt(await place.write('odd/a.xlsx', 'PK'))))).toBe('unsupported_type');
  });

  test('compressed by name only is unreadable', async () => {
    expect(await reasonOf(pinLanding(landingAt(await place.write('named/a.csv.gz', 'a,b\n'))))).toBe(
      'shadow_unreadable',
    );
  });
});

describe('half-landed Parquet', () => {
  test('cut at any length is unreadable, and the detail names the file', async () => {
    const whole = await readFile(await place.parquet('whole.parquet', ROWS));
    for (let length = 0; length < whole.length; length += 1) {
      const file = await place.write('cut/half.parquet', whole.subarray(0, length));
      const error = await pinLanding(landingAt(file)).then(String, (thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Inconclusive);
      expect((error as Inconclusive).reason).toBe('shadow_unreadable');
      expect((error as Inconclusive).message).toContain('half.parquet');
    }
  });

  test('with another byte in either magic, or a footer length out of the file, is unreadable', async () => {
    const whole = await readFile(await place.parquet('whole.parquet', ROWS));
    for (const at of [0, 3, whole.length - 1, whole.length - 5, whole.length - 6]) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] as number) ^ 0xff;
      expect(await reasonOf(pinLanding(landingAt(await place.write('flip/a.parquet', bytes))))).toBe(
        'shadow_unreadable',
      );
    }
  });

  test('beside whole files spoils the partition', async () => {
    await place.parquet('part/a.parquet', ROWS);
    await place.write('part/b.parquet', 'PAR1');
    expect(await reasonOf(pinLanding(landingAt(place.path('part'))))).toBe('shadow_unreadable');
  });
});

describe('a change while pinned', () => {
  async function pinnedFolder(name: string) {
    const file = await place.parquet(`${name}/a.parquet`, ROWS);
    return { file, pinned: await pinLanding(landingAt(place.path(name))) };
  }

  test('is not seen where there is none, not even after a read', async () => {
    const { file, pinned } = await pinnedFolder('same');
    await readFile(file);
    await recheckLanding(pinned);
    expect(pinned.files).toHaveLength(1);
    expect(pinned.files[0]?.footer_sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(pinned.size_bytes).toBe(BigInt((await readFile(file)).length));
  });

  test.each<[string, (file: string) => Promise<unknown>]>([
    ['the same bytes written in place at once', async (file) => writeFile(file, await readFile(file), { flag: 'r+' })],
    [
      'other bytes of the same size, with the old modification time',
      async (file) => {
        const bytes = await readFile(file);
        bytes[10] = (bytes[10] as number) ^ 1;
        await writeFile(file, bytes, { flag: 'r+' });
        await utimes(file, new Date(1e12), new Date(1e12));
      },
    ],
    ['an append', (file) => writeFile(file, 'x', { flag: 'a' })],
    ['a truncation', (file) => truncate(file, 100)],
    [
      'another file renamed over it',
      async (file) => {
        await writeFile(`${file}.new`, await readFile(file));
        await rename(`${file}.new`, file);
      },
    ],
    ['its removal', (file) => rm(file)],
    ['a file more', async (file) => writeFile(file.replace('a.parquet', 'b.parquet'), await readFile(file))],
    ['a file in a new folder', (file) => place.write(`${file.split('/').at(-2)}/hour=05/c.parquet`, 'PAR1')],
  ])('is noticed: %s', async (name, change) => {
    const { file, pinned } = await pinnedFolder(name.replaceAll(/\W/g, '-'));
    await change(file);
    expect(await reasonOf(recheckLanding(pinned))).toBe('partition_changed');
  });

  test('waits for files of this very moment, and gives up on one that never rests', async () => {
    const file = await place.write('busy/a.csv', 'a\n');
    const waits: number[] = [];
    const wait = async (milliseconds: number) => {
      waits.push(milliseconds);
      await writeFile(file, 'b\n', { flag: 'a' });
    };
    expect(await reasonOf(pinLanding(landingAt(file), { now: Date.now, wait }))).toBe('partition_changed');
    expect(waits).toEqual([20, 20, 20]);
    const rested = await pinLanding(landingAt(file), { now: () => Date.now() + 60_000, wait });
    expect(rested.files[0]?.size).toBe(8n);
    expect(waits).toHaveLength(3);
  });
});
