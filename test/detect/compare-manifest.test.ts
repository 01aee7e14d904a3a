/** Sums that the producer tells in its manifest. */
import { stat, utimes, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { mapSides } from '../../src/core/side.ts';
import type { FileFingerprint } from '../../src/store/comparison-record.ts';
import { kept, type LandedPair, openPair } from './landed-pair.ts';

let pair: LandedPair;
let read: readonly FileFingerprint[];
const KEYED = { key: ['id'] };
const NAME = '_manifest.json';
const MANIFESTS = { production: null, shadow: NAME };

beforeEach(async () => {
  pair = await openPair();
  await pair.write('production', 'a.parquet', 'SELECT range id, 1 x FROM range(20)');
  await pair.write('shadow', 'a.parquet', 'SELECT range id, 1 x FROM range(10)');
  await pair.write('shadow', 'b.parquet', 'SELECT range id, 1 x FROM range(10, 20)');
  read = (await pair.compare(KEYED)).sides.shadow.fingerprints;
});
afterEach(() => pair.end());

/** The manifest of the shadow, with what is changed in the entry of a file. */
async function tell(change: (sums: FileFingerprint, size: number) => object | null): Promise<void> {
  const files = [];
  for (const sums of read) {
    const { size } = await stat(pair.path('shadow', sums.file));
    const { form, row_count, low_sum, high_sum } = sums;
    const fingerprint = { form, row_count: Number(row_count), low_sum: String(low_sum), high_sum: String(high_sum) };
    const changed = change(sums, size);
    if (changed !== null)
      files.push({ file: sums.file, size_bytes: size, fingerprints: [{ ...fingerprint, ...changed }] });
  }
  await writeFile(pair.path('shadow', NAME), JSON.stringify({ version: 1, files }));
}

const asRead = () => ({});

test('told sums take the place of reading, are marked, and are not kept as ours', async () => {
  await tell(asRead);
  const result = await pair.compare(KEYED, { manifests: MANIFESTS });
  expect(result).toMatchObject({
    outcome: 'match',
    fingerprint_source: 'producer',
    reason_text: null,
    sides: { production: { files_read: 1 }, shadow: { files_read: 0, row_count: 20n, fingerprints: [] } },
  });
});

test('a file that the manifest does not sum up is read', async () => {
  await tell(({ file }) => (file === 'a.parquet' ? {} : null));
  const result = await pair.compare(KEYED, { manifests: MANIFESTS });
  expect(result).toMatchObject({
    outcome: 'match',
    fingerprint_source: 'producer',
    sides: { shadow: { files_read: 1 } },
  });
  expect(result.sides.shadow.fingerprints.map(({ file }) => file)).toEqual(['b.parquet']);
});

test.each([
  ['of another form', () => ({ form: 'other' })],
  ['that so many rows cannot have', () => ({ row_count: 0 })],
])('sums %s do not count', async (_, change) => {
  await tell(change);
  const result = await pair.compare(KEYED, { manifests: MANIFESTS });
  expect(result).toMatchObject({ outcome: 'match', fingerprint_source: 'read', sides: { shadow: { files_read: 2 } } });
});

test('sums of a file of another size, or one written after the manifest, do not count', async () => {
  await tell(asRead);
  const later = new Date(Date.now() + 5_000);
  await utimes(pair.path('shadow', 'a.parquet'), later, later);
  const one = await pair.compare(KEYED, { manifests: MANIFESTS });
  expect(one).toMatchObject({ outcome: 'match', sides: { shadow: { files_read: 1 } } });
  await pair.write('shadow', 'b.parquet', "SELECT range id, 1 x, 'longer' y FROM range(10, 20)");
  await utimes(pair.path('shadow', 'b.parquet'), 1, 1);
  const other = await pair.compare({ ...KEYED, ignore: ['y'] }, { manifests: MANIFESTS });
  expect(other.sides.shadow.files_read).toBe(2);
});

test('told sums make no mismatch: the rows do, and the producer hears of it', async () => {
  await tell(({ file, low_sum }) => (file === 'b.parquet' ? { low_sum: String(low_sum - 1n) } : {}));
  const result = await pair.compare(KEYED, { manifests: MANIFESTS });
  expect(result).toMatchObject({ outcome: 'match', fingerprint_source: 'read', sides: { shadow: { files_read: 2 } } });
  expect(result.reason_text).toBe('the manifest of shadow tells other sums than were read of b.parquet');
  expect(result.sides.shadow.fingerprints).toEqual(read);
});

test('a manifest that contradicts what was read before is believed in nothing', async () => {
  await tell(({ file, low_sum }) => (file === 'b.parquet' ? { low_sum: String(low_sum - 1n) } : {}));
  const known = { production: [], shadow: read.filter(({ file }) => file === 'b.parquet') };
  const result = await pair.compare(KEYED, { manifests: MANIFESTS, known });
  expect(result).toMatchObject({
    outcome: 'match',
    fingerprint_source: 'stored',
    sides: { shadow: { files_read: 1 } },
  });
  expect(result.reason_text).toContain('b.parquet');
});

test('a true mismatch is called after reading, and told sums that hold are not blamed', async () => {
  await pair.write('production', 'a.parquet', 'SELECT range id, 2 x FROM range(20)');
  await tell(asRead);
  const result = await pair.compare(KEYED, { manifests: MANIFESTS });
  expect(result).toMatchObject({
    outcome: 'mismatch',
    differing_columns: ['x'],
    fingerprint_source: 'read',
    reason_text: null,
    sides: { shadow: { files_read: 2 } },
  });
});

test('comparing anew reads everything, and finds sums out that a match would have rested on', async () => {
  await pair.write('shadow', 'b.parquet', 'SELECT range id, 2 x FROM range(10, 20)');
  await tell(asRead);
  const believing = await pair.compare(KEYED, { manifests: MANIFESTS });
  expect(believing).toMatchObject({ outcome: 'match', fingerprint_source: 'producer' });
  const anew = await pair.compare(KEYED, { manifests: MANIFESTS, anew: true, known: kept(believing) });
  expect(anew).toMatchObject({ outcome: 'mismatch', fingerprint_source: 'read', differing_columns: ['x'] });
  expect(anew.reason_text).toContain('the manifest of shadow tells other sums than were read of b.parquet');
});

test('a manifest that is none tells nothing, and stored sums that were told once are not ours', async () => {
  await writeFile(pair.path('shadow', NAME), '{"version": 1, "files": [{}]}');
  const result = await pair.compare(KEYED, { manifests: MANIFESTS });
  expect(result).toMatchObject({ outcome: 'match', fingerprint_source: 'read' });
  const told = mapSides(kept(result), (files) => files.map((file) => ({ ...file, is_told: true })));
  expect((await pair.compare(KEYED, { known: told })).sides.shadow.files_read).toBe(2);
});
