import { readFile, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { provenRowCounts } from '../../src/compare/footer-proof.ts';
import type { Sided } from '../../src/core/side.ts';
import { type PinnedLanding, pinLanding } from '../../src/partition/pin.ts';
import { landingAt, openPlace, type Place } from '../partition/place.ts';
import { plainParquet } from '../partition/plain-parquet.ts';

let place: Place;
beforeEach(async () => {
  place = await openPlace();
});
afterEach(() => place.end());

const NOTHING_KNOWN = { production: new Map<number, bigint>(), shadow: new Map<number, bigint>() };

const pinned = async (): Promise<Sided<PinnedLanding>> => ({
  production: await pinLanding(landingAt(place.path('production'))),
  shadow: await pinLanding(landingAt(place.path('shadow'))),
});

/** Files of row groups of so many rows. */
async function write(side: string, files: readonly (readonly number[])[], checksums = false): Promise<void> {
  for (const [i, groups] of files.entries()) {
    const values = groups.map((rows) => Array.from({ length: rows }, (_, n) => BigInt(n)));
    await place.write(`${side}/${i}.parquet`, plainParquet({ groups: values, checksums }));
  }
}

const files = fc.array(fc.array(fc.nat(4), { maxLength: 3 }), { minLength: 1, maxLength: 3 });
const rowsOf = (all: readonly (readonly number[])[]): number => all.flat().reduce((sum, rows) => sum + rows, 0);

test('row counts are proven to differ exactly where they do, and are never proven to be equal', async () => {
  await fc.assert(
    fc.asyncProperty(files, files, fc.boolean(), async (production, shadow, checksums) => {
      await place.end();
      place = await openPlace();
      await write('production', production, checksums);
      await write('shadow', shadow);
      const counts = { production: BigInt(rowsOf(production)), shadow: BigInt(rowsOf(shadow)) };
      const isEqual = counts.production === counts.shadow;
      expect(await provenRowCounts(await pinned(), NOTHING_KNOWN)).toEqual(isEqual ? null : counts);
    }),
    { numRuns: 30 },
  );
});

test('what is known of a file counts instead of its footer', async () => {
  await write('production', [[3], [4]]);
  await write('shadow', [[3], [4]]);
  const known = { ...NOTHING_KNOWN, production: new Map([[1, 2n]]) };
  expect(await provenRowCounts(await pinned(), known)).toEqual({ production: 5n, shadow: 7n });
});

test('nothing is proven by a file that is damaged, or that is no Parquet', async () => {
  await write('production', [[3]]);
  await write('shadow', [[4]], true);
  expect(await provenRowCounts(await pinned(), NOTHING_KNOWN)).toEqual({ production: 3n, shadow: 4n });
  const path = place.path('shadow', '0.parquet');
  const bytes = await readFile(path);
  const body = bytes.indexOf(Buffer.from([3, 0, 0, 0, 0, 0, 0, 0]));
  bytes[body] = 9;
  await writeFile(path, bytes);
  expect(await provenRowCounts(await pinned(), NOTHING_KNOWN)).toBeNull();
  await place.write('shadow/0.parquet', plainParquet({ groups: [[1n]], checksums: false, lies: { num_rows: 9 } }));
  expect(await provenRowCounts(await pinned(), NOTHING_KNOWN)).toBeNull();
  await place.end();
  place = await openPlace();
  await place.write('production/a.csv', 'n\n1\n');
  await place.write('shadow/a.csv', 'n\n');
  expect(await provenRowCounts(await pinned(), NOTHING_KNOWN)).toBeNull();
});
