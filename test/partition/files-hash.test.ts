import { linkSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { filesHashOf, filesHashOfPinned, type HashedFile } from '../../src/partition/files-hash.ts';
import { lookAtTable } from '../../src/partition/look-at-table.ts';
import { pinLanding } from '../../src/partition/pin.ts';
import { landingAt } from './place.ts';
import { AT_ONCE, DAY_MS, MARKED, openWatchedPlace, watched } from './watched-place.ts';

const CSV = { kind: 'csv', delimiter: null, header: false, null_text: null, columns: [] } as const;
/** Long ago for every file, so that pinning does not wait for it to settle. */
const effects = { now: () => 0, wait: async () => {} };

const name = fc.constantFrom(
  'a.csv',
  'b.csv',
  'é.csv',
  'Z',
  '0/a.csv',
  'deep/er/__proto__',
  '0-1',
  "it's\n.csv",
  '_no.csv',
);

test('a look and a pinned landing agree on the hash of every folder', async () => {
  const place = openWatchedPlace();
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(name, { minLength: 1, maxLength: 6 }),
      fc.constantFrom(null, '_SUCCESS', 'a.csv'),
      async (names, marker) => {
        rmSync(place.path('ds=1'), { recursive: true, force: true });
        for (const one of names) {
          mkdirSync(dirname(place.path('ds=1', one)), { recursive: true });
          writeFileSync(place.path('ds=1', one), one);
        }
        symlinkSync(place.write('outside.csv', 'x'), place.path('ds=1/link.csv'));
        if (marker !== null) writeFileSync(place.path('ds=1', marker), '');
        const when = marker === null ? AT_ONCE : { ...MARKED, marker };
        const [landed] = lookAtTable(watched(place.root, { when }), null, Date.now() + DAY_MS).landed;
        const pinned = await pinLanding(landingAt(place.path('ds=1'), CSV, marker), effects);
        expect(landed?.files_hash).toBe(filesHashOfPinned(pinned));
        expect(landed?.file_count).toBe(pinned.files.length);
      },
    ),
    { numRuns: 60 },
  );
  place.end();
});

const file: fc.Arbitrary<HashedFile> = fc.record({
  path: fc.string({ unit: fc.constantFrom('a', ' ', '"', ',', '1', '\\'), minLength: 1, maxLength: 3 }),
  size: fc.bigInt({ min: 0n, max: 3n }),
  mtime_ns: fc.bigInt({ min: 0n, max: 11n }),
  ctime_ns: fc.bigInt({ min: 0n, max: 11n }),
  inode: fc.bigInt({ min: 0n, max: 11n }),
});
const files = fc.uniqueArray(file, { maxLength: 4, selector: ({ path }) => path });

test('two lists have one hash exactly if they hold the same files, in whatever order', () => {
  const text = (list: readonly HashedFile[]) =>
    JSON.stringify(
      list.map((one) => JSON.stringify(Object.entries(one).map(([key, value]) => [key, String(value)]))).sort(),
    );
  fc.assert(
    fc.property(files, files, (one, other) => {
      expect(filesHashOf(one)).toBe(filesHashOf([...one].reverse()));
      expect(filesHashOf(one) === filesHashOf(other)).toBe(text(one) === text(other));
    }),
    { numRuns: 500 },
  );
});

test('a file written again, touched, or taken by another one gives another hash; a hard link too', () => {
  const place = openWatchedPlace();
  const path = place.write('ds=1/a.csv', 'one');
  const hash = () => lookAtTable(watched(place.root), null, Date.now() + DAY_MS).landed[0]?.files_hash;
  const seen = [hash()];
  utimesSync(path, 1, 1);
  seen.push(hash());
  linkSync(path, place.path('kept'));
  utimesSync(path, 2, 2);
  seen.push(hash());
  rmSync(path);
  place.write('ds=1/a.csv', 'one');
  seen.push(hash());
  expect(new Set(seen).size).toBe(4);
  expect(hash()).toBe(seen[3]);
  place.end();
});
