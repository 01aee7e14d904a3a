/** Files come, go and are written again between two looks; the second look may read only what is new, and has to judge as one that reads all. */
import { readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { mapSides, SIDES, type Side, type Sided } from '../../src/core/side.ts';
import type { Spec } from '../../src/core/spec.ts';
import type { CompareResult } from '../../src/detect/compare-request.ts';
import type { FileFingerprint } from '../../src/store/comparison-record.ts';
import { judged, kept, type LandedPair, openPair } from './landed-pair.ts';

let pair: LandedPair;
beforeAll(async () => {
  pair = await openPair();
});
beforeEach(async () => {
  for (const side of SIDES) {
    for (const file of await readdir(pair.path(side))) await rm(pair.path(side, file));
  }
});
afterAll(() => pair.end());

const KEYED = { key: ['id'] };
const FILES = 4;

/** Five rows of one of six kinds: two files of one kind hold the same rows, those of kind 4 and 5 agree within 0.01. */
function rowsOf(kind: number): string {
  const amount = kind === 5 ? 'CAST(range + 0.005 AS DOUBLE)' : 'CAST(range AS DOUBLE)';
  const first = kind === 5 ? 4 * 5 : kind * 5;
  return `SELECT range AS id, ${amount} AS amount, 'k' || (range % 3) AS name FROM range(${first}, ${first + 5})`;
}

/** Key and tolerance are no part of a sum: rules that differ in nothing else share what was read. */
const SPECS: readonly { readonly rules: Partial<Spec>; readonly form: string }[] = [
  { rules: KEYED, form: 'plain' },
  { rules: { ...KEYED, tolerance: [{ column: 'amount', type: null, abs: 0.01, rel: 0, time_us: 0 }] }, form: 'plain' },
  { rules: {}, form: 'plain' },
  { rules: { ...KEYED, ignore: ['amount'] }, form: 'without amount' },
  { rules: { ...KEYED, where: { production: "name = 'k1'", shadow: "name = 'k1'" } }, form: 'filtered' },
  { rules: { ...KEYED, sample: 0.5 }, form: 'sampled' },
];

type Change = { readonly side: Side; readonly file: number } & (
  | { readonly act: 'write'; readonly kind: number }
  | { readonly act: 'delete' }
  | { readonly act: 'rename'; readonly to: number }
);

const place = { side: fc.constantFrom<Side>('production', 'shadow'), file: fc.nat(FILES - 1) };
const kind = fc.nat(5);
const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ ...place, act: fc.constant('write' as const), kind }) },
  fc.record({ ...place, act: fc.constant('delete' as const) }),
  fc.record({ ...place, act: fc.constant('rename' as const), to: fc.nat(FILES - 1) }),
);

const nameOf = (file: number): string => `part-${file}.parquet`;

async function apply(one: Change): Promise<void> {
  const files = await readdir(pair.path(one.side));
  if (one.act === 'write') {
    await pair.write(one.side, nameOf(one.file), rowsOf(one.kind));
    return;
  }
  if (!files.includes(nameOf(one.file)) || files.length === 1) return;
  if (one.act === 'delete') await rm(pair.path(one.side, nameOf(one.file)));
  else await rename(pair.path(one.side, nameOf(one.file)), pair.path(one.side, nameOf(one.to)));
}

/** As the catalog keeps them: one of a file and form. */
function remember(known: Sided<readonly FileFingerprint[]>, result: CompareResult): Sided<readonly FileFingerprint[]> {
  return mapSides(kept(result), (fresh, side) => {
    const byFile = new Map([...known[side], ...fresh].map((one) => [`${one.form} ${one.file}`, one]));
    return [...byFile.values()];
  });
}

async function identities(side: Side): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(pair.path(side));
  const stats = await Promise.all(names.map((name) => stat(pair.path(side, name), { bigint: true })));
  return new Map(names.map((name, i) => [name, `${stats[i]?.ino} ${stats[i]?.ctimeNs}`]));
}

test('what was read before is not read again, and the outcome is that of reading everything anew', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(kind, { minLength: 2 * FILES, maxLength: 2 * FILES }),
      fc.array(fc.record({ changes: fc.array(change, { maxLength: 3 }), spec: fc.nat(SPECS.length - 1) }), {
        minLength: 2,
        maxLength: 4,
      }),
      async (first, rounds) => {
        for (const [i, its] of first.entries()) await pair.write(SIDES[i % 2] as Side, nameOf(i >> 1), rowsOf(its));
        let known: Sided<readonly FileFingerprint[]> = { production: [], shadow: [] };
        const seen = new Map<string, string>();
        for (const { changes, spec } of rounds) {
          for (const one of changes) await apply(one);
          const { rules, form } = SPECS[spec] as (typeof SPECS)[number];
          const incremental = await pair.compare(rules, { known });
          const whole = await pair.compare(rules, { known, anew: true });
          expect(whole.fingerprint_source).toBe('read');
          if (incremental.kinds.includes('row_count') && incremental.fingerprint_source === null) {
            // The footers had told it, and no row was read.
            const counts = (result: CompareResult) => mapSides(result.sides, ({ row_count }) => row_count);
            expect(counts(incremental)).toEqual(counts(whole));
            expect([incremental.outcome, incremental.kinds]).toEqual([whole.outcome, whole.kinds]);
            expect(SIDES.map((side) => incremental.sides[side].files_read)).toEqual([0, 0]);
            continue;
          }
          expect(judged(incremental)).toEqual(judged(whole));
          for (const side of SIDES) {
            const now = await identities(side);
            const unread = [...now].filter(([name, identity]) => seen.get(`${form} ${side} ${name}`) === identity);
            if (incremental.outcome !== 'inconclusive') {
              expect(incremental.sides[side].files_read).toBe(now.size - unread.length);
              expect(whole.sides[side].files_read).toBe(now.size);
              for (const [name, identity] of now) seen.set(`${form} ${side} ${name}`, identity);
            }
          }
          known = remember(known, incremental);
        }
      },
    ),
    { numRuns: 8 },
  );
});

test('a file that was written again is read again, though size and modification time are as they were', async () => {
  await pair.write('production', 'a.parquet', 'SELECT range id, 1 x FROM range(100)');
  const path = await pair.write('shadow', 'a.parquet', 'SELECT range id, 1 x FROM range(100)');
  const first = await pair.compare(KEYED);
  expect(first.outcome).toBe('match');
  const before = await stat(path);
  const other = await readFile(await pair.write('shadow', 'b.parquet', 'SELECT range id, 2 x FROM range(100)'));
  await rm(pair.path('shadow', 'b.parquet'));
  expect(other.length).toBe(before.size);
  await writeFile(path, other);
  await utimes(path, before.atime, before.mtime);
  const second = await pair.compare(KEYED, { known: kept(first) });
  expect(second).toMatchObject({
    outcome: 'mismatch',
    sides: { production: { files_read: 0 }, shadow: { files_read: 1 } },
  });
});

test('sums of another rule, another type or another engine do not count', async () => {
  await pair.write('production', 'a.parquet', 'SELECT range::INTEGER id, 1 x FROM range(100)');
  await pair.write('shadow', 'a.parquet', 'SELECT range::INTEGER id, 1 x FROM range(100)');
  const first = await pair.compare(KEYED);
  const known = kept(first);
  expect(await pair.compare(KEYED, { known })).toMatchObject({
    outcome: 'match',
    fingerprint_source: 'stored',
    sides: { production: { files_read: 0, row_count: 100n, fingerprints: [] }, shadow: { files_read: 0 } },
  });
  expect((await pair.compare({ ...KEYED, ignore: ['x'] }, { known })).sides.shadow.files_read).toBe(1);
  expect((await pair.compare({ ...KEYED, sample: 0.5 }, { known })).sides.shadow.files_read).toBe(1);
  const where = { production: 'id > 3', shadow: null };
  const filtered = await pair.compare({ ...KEYED, where }, { known });
  expect(filtered.sides).toMatchObject({ production: { files_read: 1 }, shadow: { files_read: 0 } });
  const aged = mapSides(known, (files) => files.map((file) => ({ ...file, form: 'of an engine before' })));
  expect((await pair.compare(KEYED, { known: aged })).sides.shadow.files_read).toBe(1);
  await pair.write('production', 'a.parquet', 'SELECT range::BIGINT id, 1 x FROM range(100)');
  const retyped = await pair.compare(KEYED, { known });
  expect(retyped).toMatchObject({ outcome: 'match', sides: { shadow: { files_read: 1 } } });
});
