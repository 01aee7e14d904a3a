import { copyFile, link, readFile, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { byteEqualSides, bytesProveRows, findTwins } from '../../src/compare/byte-equal.ts';
import { type ColumnPlan, planColumns } from '../../src/compare/column-plan.ts';
import type { Sided } from '../../src/core/side.ts';
import { PLAIN_SPEC, type Spec } from '../../src/core/spec.ts';
import { type PinnedLanding, pinLanding } from '../../src/partition/pin.ts';
import { ident } from '../../src/sql/sql.ts';
import { landingAt, openPlace, type Place } from '../partition/place.ts';
import { plainParquet } from '../partition/plain-parquet.ts';

let place: Place;
beforeEach(async () => {
  place = await openPlace();
});
afterEach(() => place.end());

const N = { name: 'n', type: 'BIGINT', expression: ident('n') };
const PLAN = planOf();

function planOf(spec: Partial<Spec> = {}, shadow = [N]): ColumnPlan {
  return planColumns({ production: [N], shadow }, { ...PLAIN_SPEC, ...spec });
}

const pinned = async (): Promise<Sided<PinnedLanding>> => ({
  production: await pinLanding(landingAt(place.path('production'))),
  shadow: await pinLanding(landingAt(place.path('shadow'))),
});

const equalSides = async (plan = PLAN, spec: Partial<Spec> = {}): Promise<bigint | null> =>
  (await byteEqualSides(await pinned(), plan, { ...PLAIN_SPEC, ...spec }))?.row_count ?? null;

async function write(path: string, values: readonly number[], checksums = false): Promise<string> {
  return place.write(path, plainParquet({ groups: [values.map(BigInt)], checksums }));
}

/** The same file on both sides, as a copy. */
async function writeBoth(name: string, values: readonly number[]): Promise<void> {
  await write(`production/${name}`, values);
  await write(`shadow/${name}`, values);
}

describe('sides with the same bytes', () => {
  test('have the rows of their footers', async () => {
    await writeBoth('a.parquet', [1, 2, 3]);
    await writeBoth('b.parquet', [4]);
    expect(await equalSides()).toBe(4n);
  });

  test('may call their files otherwise, and hold one twice if the other does', async () => {
    await write('production/a.parquet', [1]);
    await write('production/b.parquet', [1]);
    await write('production/c.parquet', [2]);
    await write('shadow/x.parquet', [2]);
    await write('shadow/y.parquet', [1]);
    await write('shadow/z.parquet', [1]);
    expect(await equalSides()).toBe(3n);
    await write('shadow/z.parquet', [2]);
    expect(await equalSides()).toBeNull();
  });

  test('are none where one file has no twin, also if only a byte in the middle of a page differs', async () => {
    const values = Array.from({ length: 60_000 }, (_, i) => i);
    await writeBoth('a.parquet', values);
    expect(await equalSides()).toBe(60_000n);
    const path = place.path('shadow', 'a.parquet');
    const bytes = await readFile(path);
    bytes[240_000] = (bytes[240_000] as number) ^ 1;
    await writeFile(path, bytes);
    expect(await equalSides()).toBeNull();
  });

  test('are none where a file is not sound, though the other is the same', async () => {
    for (const side of ['production', 'shadow']) {
      const lies = { page_values: 7 };
      await place.write(`${side}/a.parquet`, plainParquet({ groups: [[1n]], checksums: false, lies }));
    }
    expect(await equalSides()).toBeNull();
  });

  test('are none where a checksum in them is wrong', async () => {
    const bytes = plainParquet({ groups: [[1n, 2n]], checksums: true });
    for (const side of ['production', 'shadow']) await place.write(`${side}/a.parquet`, bytes);
    expect(await equalSides()).toBe(2n);
    bytes[bytes.indexOf(Buffer.from([2, 0, 0, 0, 0, 0, 0, 0]))] = 3;
    for (const side of ['production', 'shadow']) await place.write(`${side}/a.parquet`, bytes);
    expect(await equalSides()).toBeNull();
  });

  test('are none where their folders tell other values, and where they are no Parquet', async () => {
    await writeBoth('region=eu/a.parquet', [1]);
    expect(await equalSides()).toBe(1n);
    await place.end();
    place = await openPlace();
    await write('production/region=eu/a.parquet', [1]);
    await write('shadow/region=us/a.parquet', [1]);
    expect(await equalSides()).toBeNull();
    await place.end();
    place = await openPlace();
    for (const side of ['production', 'shadow']) await place.write(`${side}/a.csv`, 'n\n1\n');
    expect(await equalSides()).toBeNull();
  });

  test('are a file that stands on both sides by a hard link', async () => {
    const path = await write('production/a.parquet', [1, 2]);
    await write('shadow/b.parquet', [3]);
    await link(path, place.path('shadow', 'a.parquet'));
    expect((await findTwins(await pinned())).map(({ production, shadow }) => [production, shadow])).toEqual([[0, 0]]);
  });
});

describe('the same bytes are no proof', () => {
  test.each<[string, ColumnPlan, Partial<Spec>]>([
    ['where rows are left out by a condition on one side', PLAN, { where: { production: 'n > 1', shadow: null } }],
    ['where a sample is compared', PLAN, { sample: 0.5 }],
    [
      'where SQL takes the place of a column',
      PLAN,
      { expressions: [{ column: 'n', production: 'n + 1', shadow: null }] },
    ],
    [
      'where a column is held against another',
      planOf({ renamed: [{ production: 'n', shadow: 'm' }] }, [N, { ...N, name: 'm' }]),
      {},
    ],
    ['where a column has another type on the other side', planOf({}, [{ ...N, type: 'INTEGER' }]), {}],
    ['where a column stands on one side only', planOf({}, [N, { ...N, name: 'm' }]), {}],
  ])('%s', async (_, plan, spec) => {
    await writeBoth('a.parquet', [1, 2]);
    expect(await equalSides(plan, spec)).toBeNull();
  });

  test('but they are, whatever tolerance and rules hold and whichever columns are ignored', () => {
    const spec: Spec = {
      ...PLAIN_SPEC,
      key: ['n'],
      tolerance: [{ column: null, type: null, abs: 1, rel: 0, time_us: 0 }],
      ignore: ['m'],
    };
    const plan = planOf(spec, [N, { ...N, name: 'm' }]);
    expect(bytesProveRows(plan, spec)).toBe(true);
  });
});

test('known digests take the place of reading, and without them nothing is read where nothing may be', async () => {
  await writeBoth('a.parquet', [1, 2]);
  const sides = await pinned();
  const wanted = null;
  const nothing = { production: new Map(), shadow: new Map() };
  const [twin] = await findTwins(sides, { wanted, known: nothing, digests: true, reads: true });
  expect(twin).toMatchObject({ row_count: 2n });
  const known = new Map([[0, { sha256: twin?.sha256 as string, row_count: 2n }]]);
  const both = { production: known, shadow: known };
  expect(await findTwins(sides, { wanted, known: both, digests: true, reads: false })).toEqual([twin]);
  const other = new Map([[0, { sha256: 'another', row_count: 2n }]]);
  const differing = { production: known, shadow: other };
  expect(await findTwins(sides, { wanted, known: differing, digests: true, reads: true })).toEqual([]);
  expect(await findTwins(sides, { wanted, known: nothing, digests: true, reads: false })).toEqual([]);
});

test('twins are files with the same bytes, each once, and as many as there are', async () => {
  const contents = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(contents, contents, async (production, shadow) => {
      await place.end();
      place = await openPlace();
      for (const [i, kind] of production.entries()) await write(`production/${i}.parquet`, [kind]);
      for (const [i, kind] of shadow.entries()) await copyOf(`shadow/${i}.parquet`, kind);
      const twins = await findTwins(await pinned());
      for (const twin of twins) expect(production[twin.production]).toBe(shadow[twin.shadow]);
      expect(new Set(twins.map((twin) => twin.shadow)).size).toBe(twins.length);
      const count = (kinds: readonly number[], kind: number) => kinds.filter((one) => one === kind).length;
      const most = [0, 1, 2].reduce((sum, kind) => sum + Math.min(count(production, kind), count(shadow, kind)), 0);
      expect(twins.length).toBe(most);
    }),
    { numRuns: 25 },
  );
});

async function copyOf(path: string, kind: number): Promise<void> {
  const source = await write(`source/${kind}.parquet`, [kind]);
  await copyFile(source, await place.write(path, ''));
}

test('sides are told from their files: no file on both is no proof of anything', async () => {
  const landed = landingAt(place.path('production'), null, '_SUCCESS');
  await place.write('production/_SUCCESS', '');
  const empty = await pinLanding(landed);
  expect(await byteEqualSides({ production: empty, shadow: empty }, PLAN, PLAIN_SPEC)).toBeNull();
});
