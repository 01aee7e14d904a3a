import { mkdir, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compareBatch } from '../../src/detect/compare-pair.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import type { OpenEngine } from '../../src/engine/engine.ts';
import { EFFECTS, kept, type LandedPair, openPair, recorded } from './landed-pair.ts';

let pair: LandedPair;
beforeEach(async () => {
  pair = await openPair();
});
afterEach(() => pair.end());

const KEYED = { key: ['id'] };

describe('outcome', () => {
  test('the same rows in other files and another order are a match, and every file was read', async () => {
    await pair.write('production', 'a.parquet', 'SELECT range id, range % 7 x FROM range(1000)');
    await pair.write('shadow', 'a.parquet', 'SELECT range % 7 x, range id FROM range(600, 1000) ORDER BY hash(range)');
    await pair.write('shadow', 'b.parquet', 'SELECT range % 7 x, range id FROM range(600)');
    const result = await pair.compare(KEYED);
    expect(result).toMatchObject({
      comparison_id: 'c1',
      outcome: 'match',
      kinds: [],
      differing_columns: null,
      agreed_rows: null,
      fingerprint_source: 'read',
      reason_text: null,
      schema: { reordered: true },
      sides: {
        production: { row_count: 1000n, file_count: 1, files_read: 1 },
        shadow: { file_count: 2, files_read: 2 },
      },
    });
    expect(result.sides.production.checksum).toBe(result.sides.shadow.checksum);
    expect(result.seconds).toBeGreaterThan(0);
  });

  test('a row too many is told by the counts alone', async () => {
    await pair.write('production', 'a.parquet', 'SELECT range id FROM range(10)');
    await pair.write('shadow', 'a.parquet', 'SELECT range id FROM range(11)');
    expect(await pair.compare(KEYED)).toMatchObject({
      outcome: 'mismatch',
      kinds: ['row_count'],
      differing_columns: null,
      sides: { production: { row_count: 10n }, shadow: { row_count: 11n } },
    });
  });

  test('other values are told by the columns that hold them', async () => {
    await pair.write('production', 'a.parquet', "SELECT range id, 'a' x, 1 y, range z FROM range(10)");
    await pair.write('shadow', 'a.parquet', "SELECT range id, 'b' x, 1 y, range + (range = 3)::INT z FROM range(10)");
    const result = await pair.compare(KEYED);
    expect(result).toMatchObject({ outcome: 'mismatch', kinds: ['checksum'], differing_columns: ['x', 'z'] });
  });

  test('values swapped between rows differ in no column, and are a mismatch', async () => {
    await pair.write('production', 'a.parquet', 'SELECT * FROM (VALUES (1, 10), (2, 20)) t(id, x)');
    await pair.write('shadow', 'a.parquet', 'SELECT * FROM (VALUES (1, 20), (2, 10)) t(id, x)');
    expect(await pair.compare(KEYED)).toMatchObject({
      outcome: 'mismatch',
      kinds: ['checksum'],
      differing_columns: [],
    });
    const tolerance = [{ column: 'x', type: null, abs: 1, rel: 0, time_us: 0 }];
    expect(await pair.compare({ ...KEYED, tolerance })).toMatchObject({ outcome: 'mismatch', agreed_rows: 0n });
  });

  test('a column on one side only is a mismatch, though all common values are equal', async () => {
    await pair.write('production', 'a.parquet', 'SELECT range id, 1 x FROM range(10)');
    await pair.write('shadow', 'a.parquet', 'SELECT range id FROM range(10)');
    expect(await pair.compare(KEYED)).toMatchObject({
      outcome: 'mismatch',
      kinds: ['schema'],
      schema: { only_in_production: ['x'] },
    });
    expect(await pair.compare({ ...KEYED, ignore: ['x'] })).toMatchObject({ outcome: 'match' });
  });

  test('differences within a tolerance agree, and one beyond it, or in another column, does not', async () => {
    const tolerance = [{ column: 'x', type: null, abs: 0.01, rel: 0, time_us: 0 }];
    const rows = (change: string) => `SELECT range id, range / 10 AS x, 'a' AS y FROM range(50) UNION ALL ${change}`;
    await pair.write('production', 'a.parquet', rows("SELECT 50, 1.0, 'a'"));
    await pair.write('shadow', 'a.parquet', rows("SELECT 50, 1.001, 'a'"));
    expect(await pair.compare({ ...KEYED, tolerance })).toMatchObject({
      outcome: 'match_agreed',
      kinds: [],
      agreed_rows: 1n,
      differing_columns: ['x'],
    });
    expect(await pair.compare({ tolerance })).toMatchObject({ outcome: 'match_agreed', agreed_rows: 1n });
    await pair.write('shadow', 'a.parquet', rows("SELECT 50, 1.1, 'a'"));
    expect(await pair.compare({ ...KEYED, tolerance })).toMatchObject({ outcome: 'mismatch', agreed_rows: 0n });
    await pair.write('shadow', 'a.parquet', rows("SELECT 50, 1.001, 'b'"));
    expect(await pair.compare({ ...KEYED, tolerance })).toMatchObject({
      outcome: 'mismatch',
      agreed_rows: null,
      differing_columns: ['x', 'y'],
    });
  });

  test('files that stand on both sides with the same rows are left out where columns are told, and decide nothing', async () => {
    const tolerance = [{ column: 'x', type: null, abs: 0.01, rel: 0, time_us: 0 }];
    const rows = (from: number, more: string) =>
      `SELECT range id, range + ${more}::DOUBLE x, 'a' y FROM range(${from}, ${from + 10})`;
    for (const from of [0, 10, 20]) await pair.write('production', `${from}.parquet`, rows(from, '0'));
    await pair.write('shadow', 'q.parquet', rows(0, '0'));
    await pair.write('shadow', 'p.parquet', rows(10, '0'));
    await pair.write('shadow', 'r.parquet', rows(20, '0.001'));
    expect(await pair.compare(KEYED)).toMatchObject({ outcome: 'mismatch', differing_columns: ['x'] });
    const agreed = { outcome: 'match_agreed', agreed_rows: 10n, differing_columns: ['x'] };
    expect(await pair.compare({ ...KEYED, tolerance })).toMatchObject(agreed);
    await pair.write('shadow', 's.parquet', rows(20, '0.001'));
    await pair.write('production', 's.parquet', rows(20, '0'));
    const twice = await pair.compare({ ...KEYED, tolerance });
    expect(twice).toMatchObject({ outcome: 'match_agreed', agreed_rows: 20n });
  });

  test('a tolerance is decided also where the rows are too many to be kept, for pair after pair in one session', async () => {
    const tolerance = [{ column: 'x', type: null, abs: 0.01, rel: 0, time_us: 0 }];
    const rows = (more: string) => `SELECT range id, (range + ${more})::DOUBLE x FROM range(100_001)`;
    await pair.write('production', 'a.parquet', rows('0'));
    await pair.write('shadow', 'a.parquet', rows('CASE WHEN range % 5000 = 7 THEN 0.001 ELSE 0 END'));
    const requests = ['c0', 'c1'].map((comparison_id) => ({ ...pair.request({ ...KEYED, tolerance }), comparison_id }));
    const batch = { requests, threads: 2, memory_bytes: null, spill: join(pair.root, 'spill') };
    const agreed = { outcome: 'match_agreed', agreed_rows: 20n, inconclusive_reason: null };
    expect(await compareBatch(batch, EFFECTS)).toMatchObject([agreed, agreed]);
  });

  test('nothing on either side is a match of nothing', async () => {
    await pair.write('production', 'a.parquet', 'SELECT 1 id WHERE false');
    await pair.write('shadow', 'a.parquet', 'SELECT 1 id WHERE false');
    expect(await pair.compare(KEYED)).toMatchObject({
      outcome: 'match',
      sides: { production: { row_count: 0n }, shadow: { row_count: 0n } },
    });
  });

  test('text is compared as text, whatever the format of the other side', async () => {
    await pair.write('production', 'a.parquet', 'SELECT range id, range % 2 x FROM range(3)');
    await writeFile(pair.path('shadow', 'a.csv'), 'id,x\n0,0\n1,1\n2,0\n');
    const first = await pair.compare(KEYED);
    expect(first).toMatchObject({ outcome: 'match', sides: { shadow: { files_read: 1, fingerprints: [] } } });
    expect(await readdir(join(pair.root, 'spill'))).toEqual([]);
    await writeFile(pair.path('shadow', 'a.csv'), 'id,x\n0,0\n1,1\n2,1\n');
    expect(await pair.compare(KEYED)).toMatchObject({ outcome: 'mismatch', differing_columns: ['x'] });
  });

  test('files of several schemas are read together and united by name', async () => {
    await pair.write('production', 'a.parquet', 'SELECT range id, 1 x FROM range(3)');
    await pair.write('production', 'b.parquet', 'SELECT 2 x, range id FROM range(3, 5)');
    await pair.write('shadow', 'a.parquet', 'SELECT range id, CASE WHEN range < 3 THEN 1 ELSE 2 END x FROM range(5)');
    const result = await pair.compare(KEYED);
    expect(result).toMatchObject({ outcome: 'match', sides: { production: { files_read: 2, fingerprints: [] } } });
    expect(result.sides.shadow.fingerprints).toHaveLength(1);
  });
});

describe('conditions', () => {
  const where = (production: string, shadow: string) => ({ ...KEYED, where: { production, shadow } });

  test('only rows that fulfil it are compared, also by folders that stand for a column', async () => {
    for (const side of ['production', 'shadow'] as const) {
      for (const region of ['eu', 'us']) {
        const other = side === 'shadow' && region === 'us' ? 1 : 0;
        await pair.write(side, `region=${region}/a.parquet`, `SELECT range + ${other} id FROM range(5)`);
      }
    }
    expect(await pair.compare(KEYED)).toMatchObject({ outcome: 'mismatch', differing_columns: ['id'] });
    const eu = await pair.compare(where("region = 'eu'", "region = 'eu'"));
    expect(eu).toMatchObject({ outcome: 'match', sides: { production: { row_count: 5n, files_read: 2 } } });
    const counts = eu.sides.shadow.fingerprints.map(({ file, row_count }) => [file, row_count]);
    expect(counts).toEqual([
      ['region=eu/a.parquet', 5n],
      ['region=us/a.parquet', 0n],
    ]);
    expect(await pair.compare(where("region = 'us'", "region = 'us'"))).toMatchObject({ outcome: 'mismatch' });
  });

  test.each([
    ['that fails on a value', 'CAST(x AS INTEGER) > 0', 'expression'],
    ['that is refused', '(SELECT true)', '(SELECT true)'],
    ['of a column that is not there', 'y > 0', 'y > 0'],
  ])('one %s makes the pair inconclusive, and quotes no value', async (_, condition, told) => {
    await pair.write('production', 'a.parquet', "SELECT range id, '1' x FROM range(3)");
    await pair.write('shadow', 'a.parquet', "SELECT range id, 'ann@example.com' x FROM range(3)");
    const result = await pair.compare(where(condition, condition));
    expect(result).toMatchObject({ outcome: 'inconclusive', inconclusive_reason: 'schemas_do_not_unite' });
    expect(result.reason_text).toContain(told);
    expect(result.reason_text).not.toContain('ann@');
  });

  test('a sample decides by its rows, and says how many there are; one that takes none decides nothing', async () => {
    await pair.write('production', 'a.parquet', 'SELECT range id FROM range(10000)');
    await pair.write('shadow', 'a.parquet', 'SELECT range id FROM range(10000)');
    const result = await pair.compare({ ...KEYED, sample: 0.1 });
    expect(result).toMatchObject({ outcome: 'match', sides: { shadow: { row_count: 10_000n } } });
    const sampled = result.sides.shadow.fingerprints[0]?.row_count ?? 0n;
    expect(sampled > 800n && sampled < 1200n).toBe(true);
    await pair.write('production', 'a.parquet', 'SELECT 1 id');
    await pair.write('shadow', 'a.parquet', 'SELECT 2 id');
    const none = await pair.compare({ ...KEYED, sample: 0.000001 });
    expect(none).toMatchObject({ outcome: 'inconclusive', inconclusive_reason: 'limit_reached' });
  });
});

describe('what cannot be decided', () => {
  beforeEach(async () => {
    await pair.write('production', 'a.parquet', 'SELECT range id, 1 x FROM range(100)');
    await pair.write('shadow', 'a.parquet', 'SELECT range id, 1 x FROM range(100)');
  });

  test('rules that leave no column are no match', async () => {
    const result = await pair.compare({ ignore: ['id', 'x'] });
    expect(result).toMatchObject({ outcome: 'inconclusive', inconclusive_reason: 'schemas_do_not_unite' });
    expect(result.reason_text).toContain('nothing compared is no match');
  });

  test('a key that no side has', async () => {
    const result = await pair.compare({ key: ['nr'] });
    expect(result).toMatchObject({ outcome: 'inconclusive', inconclusive_reason: 'schemas_do_not_unite' });
    expect(result.reason_text).toContain('nr (key): no column of this name');
  });

  test('a folder that is gone, one without files, and a file that was cut', async () => {
    await rename(pair.path('shadow'), join(pair.root, 'away'));
    expect(await pair.compare(KEYED)).toMatchObject({ inconclusive_reason: 'shadow_missing' });
    await mkdir(pair.path('shadow'));
    expect(await pair.compare(KEYED)).toMatchObject({ inconclusive_reason: 'not_landed' });
    await rm(pair.path('shadow'), { recursive: true });
    await rename(join(pair.root, 'away'), pair.path('shadow'));
    await truncate(pair.path('shadow', 'a.parquet'), 100);
    expect(await pair.compare(KEYED)).toMatchObject({
      outcome: 'inconclusive',
      inconclusive_reason: 'shadow_unreadable',
      sides: { shadow: { row_count: null, checksum: null } },
    });
  });

  test('pages that cannot be decoded name the side, and nothing of it is kept', async () => {
    await pair.write('shadow', 'b.parquet', 'SELECT 100 + range id, 1 x FROM range(10000)');
    const path = pair.path('shadow', 'b.parquet');
    const bytes = await readFile(path);
    bytes.fill(0xff, 4, 400);
    await writeFile(path, bytes);
    const result = await pair.compare(KEYED);
    expect(result).toMatchObject({ outcome: 'inconclusive', inconclusive_reason: 'shadow_corrupt' });
    expect(result.sides.shadow.fingerprints).toEqual([]);
  });

  test('other files than the landing had are superseded, by side; the same ones are not', async () => {
    const { landings } = pair.request();
    const told = { production: await recorded(landings.production), shadow: await recorded(landings.shadow) };
    expect(await pair.compare(KEYED, { landings: told })).toMatchObject({ outcome: 'match', superseded: [] });
    await pair.write('shadow', 'a.parquet', 'SELECT range id, 1 x FROM range(100)');
    const result = await pair.compare(KEYED, { landings: told });
    expect(result).toMatchObject({
      outcome: 'inconclusive',
      inconclusive_reason: 'superseded',
      superseded: ['shadow'],
      sides: { shadow: { row_count: null, file_count: 1 } },
    });
    await pair.write('production', 'b.parquet', 'SELECT range id, 1 x FROM range(1)');
    const both = await pair.compare(KEYED, { landings: told });
    expect(both.superseded).toEqual(['production', 'shadow']);
  });

  test('a file that is written while its side is read makes the pair inconclusive, and nothing is kept', async () => {
    const openEngine: OpenEngine = async (limits) => {
      const engine = await openDuckdb(limits);
      await pair.write('production', 'a.parquet', 'SELECT range id, 1 x FROM range(100)');
      return engine;
    };
    const batch = { requests: [pair.request(KEYED)], threads: 1, memory_bytes: null, spill: join(pair.root, 'spill') };
    const [result] = await compareBatch(batch, { ...EFFECTS, openEngine });
    expect(result).toMatchObject({
      outcome: 'inconclusive',
      inconclusive_reason: 'partition_changed',
      sides: { production: { fingerprints: [], checksum: null } },
    });
  });
});

describe('names and values of others', () => {
  test('hostile file, folder and column names are read as they are', async () => {
    const name = `it's "a" [1]*?\u202e`;
    const columns = `1 AS "it's", 2 AS "a""b", 3 AS "__proto__", 4 AS "ID", 5 AS "id", 6 AS "file", 7 AS "v0", 8 AS "file_index"`;
    for (const side of ['production', 'shadow'] as const) {
      await pair.write(side, `x.parquet`, `SELECT ${columns}`);
      await mkdir(pair.path(side, name));
      await rename(pair.path(side, 'x.parquet'), pair.path(side, name, `${name}.parquet`));
    }
    const result = await pair.compare({ key: ['__proto__'] });
    expect(result).toMatchObject({ outcome: 'match', sides: { production: { row_count: 1n } } });
    const again = await pair.compare({ key: ['__proto__'] }, { known: kept(result) });
    expect(again).toMatchObject({ outcome: 'match', fingerprint_source: 'stored' });
  });
});
