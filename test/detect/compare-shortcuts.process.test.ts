/** What need not be read: files with the same bytes, sides that their footers tell apart, pairs of which everything is known. */
import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mapSides, SIDES, type Sided } from '../../src/core/side.ts';
import { compareBatch } from '../../src/detect/compare-pair.ts';
import type { CompareRequest, CompareResult } from '../../src/detect/compare-request.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import type { OpenEngine } from '../../src/engine/engine.ts';
import type { FileFingerprint } from '../../src/store/comparison-record.ts';
import { EFFECTS, judged, kept, type LandedPair, openPair } from './landed-pair.ts';

let pair: LandedPair;
beforeEach(async () => {
  pair = await openPair();
});
afterEach(() => pair.end());

const KEYED = { key: ['id'] };
const ROWS = "SELECT range id, 'x' || range % 7 x FROM range(1000)";

/** Compares with the statements that the engine runs counted, and how often one is opened. */
async function counted(request: CompareRequest): Promise<CompareResult & { readonly opened: number }> {
  let opened = 0;
  const openEngine: OpenEngine = (limits) => {
    opened += 1;
    return openDuckdb(limits);
  };
  const batch = { requests: [request], threads: 1, memory_bytes: null, spill: join(pair.root, 'spill') };
  const [result] = await compareBatch(batch, { ...EFFECTS, openEngine });
  return { ...(result as CompareResult), opened };
}

async function copyToShadow(file: string, to = file): Promise<void> {
  await mkdir(dirname(pair.path('shadow', to)), { recursive: true });
  await copyFile(pair.path('production', file), pair.path('shadow', to));
}

const same = (result: CompareResult) => mapSides(result.sides, (side) => [side.files_read, side.files_same_bytes]);

describe('files with the same bytes', () => {
  test('are a match that decodes nothing, has the rows of the footers, and no checksum', async () => {
    await pair.write('production', 'a.parquet', ROWS);
    await copyToShadow('a.parquet');
    const result = await pair.compare(KEYED);
    expect(result).toMatchObject({ outcome: 'match', kinds: [], fingerprint_source: null });
    expect(same(result)).toEqual({ production: [0, 1], shadow: [0, 1] });
    expect(mapSides(result.sides, ({ row_count, checksum }) => [row_count, checksum])).toEqual({
      production: [1000n, null],
      shadow: [1000n, null],
    });
  });

  test('are not read again, nor their bytes', async () => {
    await pair.write('production', 'a.parquet', ROWS);
    await copyToShadow('a.parquet');
    const first = await pair.compare(KEYED);
    expect(first.sides.shadow.fingerprints).toHaveLength(1);
    const again = await counted(pair.request(KEYED, { known: kept(first) }));
    expect(again).toMatchObject({ outcome: 'match', opened: 0 });
    expect(judged(again)).toEqual(judged(first));
    const otherRules = await counted(pair.request({ ...KEYED, ignore: ['x'] }, { known: kept(first) }));
    expect(otherRules).toMatchObject({ outcome: 'match', opened: 0 });
  });

  test('are left out where others differ, and take over the sums that are known of the other side', async () => {
    const known: Sided<readonly FileFingerprint[]> = { production: [], shadow: [] };
    for (const i of [0, 1, 2]) {
      await pair.write(
        'production',
        `${i}.parquet`,
        `SELECT range id, 'p${i}' x FROM range(${i * 10}, ${i * 10 + 10})`,
      );
      await copyToShadow(`${i}.parquet`);
    }
    await pair.write('shadow', '2.parquet', "SELECT range id, 'q' x FROM range(20, 30)");
    const first = await pair.compare(KEYED, { known });
    expect(first).toMatchObject({ outcome: 'mismatch', kinds: ['checksum'], differing_columns: ['x'] });
    expect(same(first)).toEqual({ production: [1, 2], shadow: [1, 2] });
    const read = await pair.compare(KEYED, { anew: true });
    expect(same(read)).toEqual({ production: [3, 0], shadow: [3, 0] });
    expect(judged({ ...first, sides: read.sides })).toEqual(judged(read));
    // Production is known file by file, and the shadow lands copies of it under other names.
    await rm(pair.path('shadow', '2.parquet'));
    await copyToShadow('2.parquet', 'later.parquet');
    const copied = await pair.compare(KEYED, { known: { production: kept(read).production, shadow: [] } });
    expect(copied).toMatchObject({ outcome: 'match', fingerprint_source: 'stored' });
    expect(copied.sides.shadow).toMatchObject({ files_read: 0, checksum: read.sides.production.checksum });
    expect(copied.sides.shadow.fingerprints.map(({ file }) => file)).toEqual([
      '0.parquet',
      '1.parquet',
      'later.parquet',
    ]);
  });

  test('are read where somebody asks for it, and where a condition leaves rows out', async () => {
    await pair.write('production', 'a.parquet', ROWS);
    await copyToShadow('a.parquet');
    expect(same(await pair.compare(KEYED, { anew: true }))).toEqual({ production: [1, 0], shadow: [1, 0] });
    const where = { production: 'id > 10', shadow: 'id > 10' };
    const filtered = await pair.compare({ ...KEYED, where });
    expect(filtered).toMatchObject({ outcome: 'match', sides: { shadow: { row_count: 989n, files_read: 1 } } });
    const sampled = await pair.compare({ ...KEYED, sample: 0.5 });
    expect(sampled.sides.shadow).toMatchObject({ row_count: 1000n, files_read: 1 });
  });

  test('below folders that tell other values are told apart', async () => {
    await pair.write('production', 'region=eu/a.parquet', ROWS);
    await copyToShadow('region=eu/a.parquet', 'region=us/a.parquet');
    expect(await pair.compare(KEYED)).toMatchObject({ outcome: 'mismatch', differing_columns: ['region'] });
  });

  test('whose files can only be read together are a match all the same', async () => {
    await pair.write('production', 'a.parquet', 'SELECT range id, 1 x FROM range(10)');
    await pair.write('production', 'b.parquet', 'SELECT range id FROM range(10, 15)');
    for (const file of ['a.parquet', 'b.parquet']) await copyToShadow(file);
    const result = await pair.compare(KEYED);
    expect(result).toMatchObject({ outcome: 'match', sides: { production: { row_count: 15n } } });
    expect(same(result)).toEqual({ production: [0, 2], shadow: [0, 2] });
  });

  test('that are damaged are no match: pages that lead nowhere', async () => {
    const path = await pair.write('production', 'a.parquet', ROWS);
    const bytes = await readFile(path);
    bytes.fill(0xff, 4, 100);
    await writeFile(path, bytes);
    await copyToShadow('a.parquet');
    expect(await pair.compare(KEYED)).toMatchObject({
      outcome: 'inconclusive',
      inconclusive_reason: 'production_corrupt',
    });
  });

  test('do not hide a key that no side has, nor rules that leave no column', async () => {
    await pair.write('production', 'a.parquet', ROWS);
    await copyToShadow('a.parquet');
    expect(await pair.compare({ key: ['nr'] })).toMatchObject({ outcome: 'inconclusive' });
    expect(await pair.compare({ ignore: ['id', 'x'] })).toMatchObject({ outcome: 'inconclusive' });
  });
});

describe('footers', () => {
  test('that tell other row counts are a mismatch, before a row is read', async () => {
    await pair.write('production', 'a.parquet', 'SELECT range id, 1 y FROM range(10)');
    await pair.write('shadow', 'a.parquet', 'SELECT range id FROM range(6)');
    await pair.write('shadow', 'b.parquet', 'SELECT range id FROM range(6, 11)');
    const result = await pair.compare(KEYED);
    expect(result).toMatchObject({ outcome: 'mismatch', kinds: ['schema', 'row_count'], fingerprint_source: null });
    expect(mapSides(result.sides, ({ row_count, checksum, files_read }) => [row_count, checksum, files_read])).toEqual({
      production: [10n, null, 0],
      shadow: [11n, null, 0],
    });
    const read = await pair.compare(KEYED, { anew: true });
    expect(read).toMatchObject({ outcome: result.outcome, kinds: result.kinds });
    expect(read.sides.shadow).toMatchObject({ row_count: 11n, files_read: 2 });
  });

  test('that tell the same row counts are no match', async () => {
    await pair.write('production', 'a.parquet', 'SELECT range id FROM range(10)');
    await pair.write('shadow', 'a.parquet', 'SELECT range + 1 id FROM range(10)');
    expect(await pair.compare(KEYED)).toMatchObject({ outcome: 'mismatch', kinds: ['checksum'] });
  });

  test('decide nothing where a condition or a sample leaves rows out', async () => {
    await pair.write('production', 'a.parquet', 'SELECT range id FROM range(10)');
    await pair.write('shadow', 'a.parquet', 'SELECT range id FROM range(11)');
    const where = { production: 'id < 5', shadow: 'id < 5' };
    expect(await pair.compare({ ...KEYED, where })).toMatchObject({ outcome: 'match' });
  });

  test('of a file with damaged pages decide nothing: it is corrupt', async () => {
    await pair.write('production', 'a.parquet', 'SELECT range id FROM range(10)');
    const path = await pair.write('shadow', 'a.parquet', 'SELECT range id FROM range(1100)');
    const bytes = await readFile(path);
    bytes.fill(0xff, 4, 60);
    await writeFile(path, bytes);
    expect(await pair.compare(KEYED)).toMatchObject({ outcome: 'inconclusive', inconclusive_reason: 'shadow_corrupt' });
  });
});

describe('a pair of which everything is known', () => {
  test('is decided without an engine, with one file or several, and as before', async () => {
    for (const [i, file] of ['a', 'b', 'c'].entries()) {
      const rows = `SELECT range id, 1.25::DECIMAL(9,2) d, TIMESTAMP '2026-11-20' t, 'x' s FROM range(${i * 9}, ${i * 9 + 9})`;
      await pair.write('production', `${file}.parquet`, rows);
      await pair.write('shadow', `${file}.parquet`, rows);
    }
    const first = await counted(pair.request(KEYED));
    expect(first).toMatchObject({ outcome: 'match', opened: 1, fingerprint_source: 'read' });
    const known = kept(first);
    const again = await counted(pair.request(KEYED, { known }));
    expect(again).toMatchObject({ opened: 0, fingerprint_source: 'stored', schema: first.schema });
    expect(judged(again)).toEqual(judged(first));
    const tolerance = [{ column: 'd', type: null, abs: 1, rel: 0, time_us: 0 }];
    expect(await counted(pair.request({ ...KEYED, tolerance }, { known }))).toMatchObject({
      opened: 0,
      outcome: 'match',
    });
    expect((await counted(pair.request(KEYED, { known, anew: true }))).opened).toBe(1);
    expect(await counted(pair.request({ key: ['nr'] }, { known }))).toMatchObject({ outcome: 'inconclusive' });
    await pair.write(
      'shadow',
      'c.parquet',
      "SELECT range id, 1.25::DECIMAL(9,2) d, TIMESTAMP '2026-11-20' t, 'y' s FROM range(18, 27)",
    );
    const changed = await counted(pair.request(KEYED, { known }));
    expect(changed).toMatchObject({ opened: 1, outcome: 'mismatch', differing_columns: ['s'] });
    expect(changed.sides).toMatchObject({ production: { files_read: 0 }, shadow: { files_read: 1 } });
  });

  test('is not decided by what is known of another column order, type or file', async () => {
    await pair.write('production', 'a.parquet', 'SELECT range id, 1 x, 2 y FROM range(10)');
    await pair.write('shadow', 'a.parquet', 'SELECT range id, 1 x, 2 y FROM range(10)');
    const known = kept(await pair.compare(KEYED));
    await pair.write('shadow', 'a.parquet', 'SELECT range id, 2 x, 1 y FROM range(10)');
    expect(await counted(pair.request(KEYED, { known }))).toMatchObject({ outcome: 'mismatch', opened: 1 });
    await rename(pair.path('production', 'a.parquet'), pair.path('production', 'b.parquet'));
    const moved = await counted(pair.request(KEYED, { known }));
    expect(moved.sides.production.files_read).toBe(1);
  });
});

describe('a strong checksum', () => {
  const STRONG = { ...KEYED, checksum: 'strong' as const };
  beforeEach(async () => {
    for (const side of SIDES) await pair.write(side, 'a.parquet', ROWS);
  });

  test('matches where the rows do, is kept, and is another than the fast one', async () => {
    const fast = await pair.compare(KEYED);
    const strong = await pair.compare(STRONG, { known: kept(fast) });
    expect(strong).toMatchObject({ outcome: 'match', sides: { production: { files_read: 1 } } });
    expect(strong.sides.shadow.checksum).toBe(fast.sides.shadow.checksum);
    const again = await counted(pair.request(STRONG, { known: kept(strong) }));
    expect(again).toMatchObject({ outcome: 'match', opened: 0, fingerprint_source: 'stored' });
    expect((await pair.compare(KEYED, { known: kept(strong) })).sides.shadow.files_read).toBe(1);
  });

  test('calls a mismatch where the fast sums collide, though a tolerance might forgive it', async () => {
    const known = kept(await pair.compare(STRONG));
    const forged = mapSides(known, (files, side) =>
      files.map((file) => ({
        ...file,
        strong: side === 'shadow' ? (file.strong as string).replace(/^\d+/, '1') : file.strong,
      })),
    );
    expect(await pair.compare(STRONG, { known: forged })).toMatchObject({
      outcome: 'mismatch',
      kinds: ['checksum'],
      differing_columns: [],
      agreed_rows: null,
    });
    const normalise = [{ column: 'x', type: null, rule: 'trim' as const }];
    const forgiving = { ...STRONG, normalise };
    expect(await pair.compare(forgiving, { known: forged })).toMatchObject({ outcome: 'mismatch' });
  });

  test('that was kept without its sums does not count', async () => {
    const known = kept(await pair.compare(STRONG));
    for (const strong of [null, '', '1-2', 'x']) {
      const broken = mapSides(known, (files) => files.map((file) => ({ ...file, strong })));
      expect(await pair.compare(STRONG, { known: broken })).toMatchObject({
        outcome: 'match',
        sides: { production: { files_read: 1 }, shadow: { files_read: 1 } },
      });
    }
  });
});

describe('rules that forgive', () => {
  const trim = [{ column: 'x', type: null, rule: 'trim' as const }];

  test.each([
    ['with a key', KEYED],
    ['without one', {}],
  ])('differing checksums are no mismatch before the rows are paired, %s', async (_, key) => {
    await pair.write('production', 'a.parquet', "SELECT range id, 'x' || range % 7 x, 1 y, 2 z FROM range(100)");
    await pair.write('shadow', 'a.parquet', "SELECT range id, 'x' || range % 7 || ' ' x, 1 y, 2 z FROM range(100)");
    expect(await pair.compare({ ...key, normalise: trim })).toMatchObject({
      outcome: 'match_agreed',
      agreed_rows: 100n,
      differing_columns: ['x'],
    });
    expect(await pair.compare(key)).toMatchObject({ outcome: 'mismatch', agreed_rows: null });
    await pair.write('shadow', 'b.parquet', "SELECT 100 id, 'x' x, 1 y, 2 z");
    await pair.write('production', 'b.parquet', "SELECT 100 id, 'y' x, 1 y, 2 z");
    expect(await pair.compare({ ...key, normalise: trim })).toMatchObject({ outcome: 'mismatch', agreed_rows: 100n });
  });

  test('values that rows swap are a mismatch, though no column holds others', async () => {
    await pair.write('production', 'a.parquet', "SELECT * FROM (VALUES (1, 'a'), (2, 'b')) t(id, x)");
    await pair.write('shadow', 'a.parquet', "SELECT * FROM (VALUES (1, 'b'), (2, 'a')) t(id, x)");
    expect(await pair.compare({ ...KEYED, normalise: trim })).toMatchObject({
      outcome: 'mismatch',
      differing_columns: [],
      agreed_rows: 0n,
    });
  });
});
