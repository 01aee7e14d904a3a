import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { manifestJsonSchema, readManifest } from '../../src/partition/manifest.ts';
import { openWatchedPlace, type WatchedPlace } from './watched-place.ts';

let place: WatchedPlace;
beforeEach(() => {
  place = openWatchedPlace();
});
afterEach(() => place.end());

function read(content: unknown): unknown {
  place.write('_manifest.json', typeof content === 'string' ? content : JSON.stringify(content));
  const found = readManifest(place.root, '_manifest.json');
  if (found === null) return null;
  return 'wrong' in found ? found.wrong : found.manifest;
}

describe('a manifest', () => {
  test('is read with everything that it says, sums beyond 2^53 exactly', () => {
    const sha256 = 'ab'.repeat(32);
    const manifest = {
      version: 1,
      landed_at: '2026-11-20T05:00:00Z',
      system: 'legacy',
      build: '41',
      run_kind: 'scheduled',
      cpu_seconds: 12.5,
      storage_bytes: 100,
      row_count: 3,
      inputs: [{ table_role: 'delta', table: 'orders_delta', partition_key: 'ds=2026-11-20' }],
      files: [
        {
          file: 'deep/__proto__',
          size_bytes: 5,
          row_count: 3,
          sha256,
          fingerprints: [{ form: 'f', row_count: 3, low_sum: '9007199254740993', high_sum: 4 }],
        },
        { file: 'b', size_bytes: 0 },
      ],
      later: 'more',
    };
    expect(read(manifest)).toEqual({
      version: 1,
      landed_at: Date.UTC(2026, 10, 20, 5),
      system: 'legacy',
      build: '41',
      run_kind: 'scheduled',
      cpu_seconds: 12.5,
      storage_bytes: 100,
      row_count: 3,
      inputs: [{ table_role: 'delta', table: 'orders_delta', partition_key: 'ds=2026-11-20', landing_id: null }],
      files: [
        {
          file: 'deep/__proto__',
          size_bytes: 5,
          row_count: 3,
          sha256,
          fingerprints: [{ form: 'f', row_count: 3n, low_sum: 9007199254740993n, high_sum: 4n }],
        },
        { file: 'b', size_bytes: 0, row_count: null, sha256: null, fingerprints: [] },
      ],
    });
    expect(read({ version: 1, files: [] })).toMatchObject({ landed_at: null, system: null, inputs: [], files: [] });
  });

  test('that is not there is null', () => {
    place.folder('folder');
    expect([readManifest(place.root, 'none'), readManifest(place.root, 'folder')]).toEqual([null, null]);
  });

  test.each([
    ['', 'it is no JSON'],
    ['[1', 'it is no JSON'],
    ['\ufeff', 'it is no JSON'],
    ['[]', 'Invalid input'],
    ['{"version": 2, "files": []}', 'version: '],
    ['{"version": 1}', 'files: '],
    ['{"version": 1, "files": [{"file": "a"}]}', 'files.0.size_bytes: '],
    ['{"version": 1, "files": [{"file": "a", "size_bytes": 1.5}]}', 'files.0.size_bytes: '],
    ['{"version": 1, "files": [{"file": "a", "size_bytes": 9007199254740993}]}', 'files.0.size_bytes: '],
    [
      '{"version": 1, "files": [{"file": "a", "size_bytes": 1}, {"file": "a", "size_bytes": 1}]}',
      'files: a file is listed twice',
    ],
  ])('that reads %s says what is wrong', (content, expected) => {
    expect(read(content)).toContain(expected);
  });

  test.each(['/etc/passwd', '../a', 'a/../../b', 'a//b', './a', 'a/', '..', '', 'a\0b'])(
    'that lists %j is refused',
    (file) => {
      expect(read({ version: 1, files: [{ file, size_bytes: 1 }] })).toContain('files.0.file: ');
    },
  );

  test('has a schema that is published', () => {
    const { title, required, properties } = manifestJsonSchema();
    expect([title, required]).toEqual(['manifest of a partition, version 1', ['version', 'files']]);
    expect(Object.keys(properties as object)).toContain('run_kind');
  });
});
