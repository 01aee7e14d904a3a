import { open, readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import { footerSchemas } from '../../src/partition/footer-schema.ts';
import { readSchemas } from '../../src/partition/parquet-layout.ts';
import { pinLanding } from '../../src/partition/pin.ts';
import { readSoundFooter, wrongPages } from '../../src/partition/sound-file.ts';
import { readThrift, ThriftError } from '../../src/partition/thrift-reader.ts';
import { sql, value } from '../../src/sql/sql.ts';
import { landingAt, openPlace, type Place } from './place.ts';
import { type PlainParquet, plainParquet } from './plain-parquet.ts';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.end());

/** Its row count, or what is wrong with it. */
async function lookAt(path: string): Promise<bigint | string> {
  const file = await open(path);
  try {
    const footer = await readSoundFooter(file, (await file.stat()).size);
    return 'wrong' in footer ? footer.wrong : ((await wrongPages(file, footer)) ?? footer.row_count);
  } finally {
    await file.close();
  }
}

let files = 0;
async function lookAtBytes(bytes: Uint8Array): Promise<bigint | string> {
  files += 1;
  return lookAt(await place.write(`bytes/${files}.parquet`, bytes));
}

const GROUPS = [[1n, 2n, 3n], [4n], []];

describe('a file that is sound', () => {
  test.each([
    [
      'by the engine',
      (path: string) => place.parquet(path, sql`SELECT range i, 'x' || range t, [range] l FROM range(300_000)`),
    ],
    ['without rows', (path: string) => place.parquet(path, sql`SELECT 1 i WHERE false`)],
    [
      'with nested columns',
      (path: string) =>
        place.parquet(path, sql`SELECT {'a': range, 'b': [NULL, range]} s, MAP {'k': range} m FROM range(500)`),
    ],
    ['with checksums', (path: string) => place.write(path, plainParquet({ groups: GROUPS, checksums: true }))],
    ['without checksums', (path: string) => place.write(path, plainParquet({ groups: GROUPS, checksums: false }))],
  ])('is one %s, with the rows that the engine reads', async (name, write) => {
    const path = await write(`sound/${name}.parquet`);
    const engine = await openDuckdb({ files: [path], spill: null, threads: 1, memory_bytes: null });
    const { rows } = await engine.run(
      sql`SELECT count(*) FROM (SELECT DISTINCT file_row_number, * FROM read_parquet(${value(path)}))`,
    );
    await engine.close();
    expect(await lookAt(path)).toBe(rows[0]?.[0]);
  });
});

describe('a file that is not sound', () => {
  const lying = (lies: PlainParquet['lies']) =>
    plainParquet({ groups: GROUPS, checksums: true, ...(lies && { lies }) });
  test.each([
    ['another row count than its row groups have', { num_rows: 5 }, 'its row groups have other rows than the whole'],
    ['another count in a row group', { group_rows: 7 }, 'a column has other than one value a row'],
    ['a negative count', { group_rows: -1 }, 'a row group says no count of rows'],
    ['a row group that starts in the magic', { start: 3 }, 'its row groups lead out of the file'],
    ['a row group beyond the footer', { start: 1e6 }, 'its row groups lead out of the file'],
    ['a row group longer than the file', { size: 1e9 }, 'its row groups lead out of the file'],
    ['a size of more than 2^53', { size: 2 ** 60 }, 'its row groups lead out of the file'],
    ['pages with other counts', { page_values: 2 }, 'the pages of a column have other values than its footer says'],
  ])('is one whose footer tells %s', async (_, lies, wrong) => {
    expect(await lookAtBytes(lying(lies))).toBe(wrong);
  });

  test('is one with a bit of a page flipped, where the writer left checksums', async () => {
    const bytes = plainParquet({ groups: GROUPS, checksums: true });
    const body = bytes.indexOf(Buffer.from([3, 0, 0, 0, 0, 0, 0, 0]));
    bytes[body] = 7;
    expect(await lookAtBytes(bytes)).toBe('the checksum of a page is another');
  });

  test('is one with a page header that is none', async () => {
    const bytes = plainParquet({ groups: GROUPS, checksums: false });
    bytes.fill(0xff, 4, 10);
    expect(await lookAtBytes(bytes)).toMatch(/the header of a page cannot be read|a page leads out/);
  });

  test('is none that was cut anywhere', async () => {
    const bytes = plainParquet({ groups: GROUPS, checksums: true });
    for (let length = 0; length < bytes.length; length += 1) {
      expect(typeof (await lookAtBytes(bytes.subarray(0, length))), `cut to ${length}`).toBe('string');
    }
  });
});

test('whatever bytes stand in a footer or in a page header, they are read to within their end, or refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        expect(readThrift(bytes).end).toBeLessThanOrEqual(bytes.length);
      } catch (error) {
        expect(error).toBeInstanceOf(ThriftError);
      }
    }),
    { numRuns: 2000 },
  );
});

test('a flipped bit anywhere in a file with checksums is seen, or leaves every row as it was', async () => {
  const bytes = plainParquet({
    groups: [
      [1n, 2n, 3n],
      [4n, 5n],
    ],
    checksums: true,
  });
  const path = await place.write('flip/whole.parquet', bytes);
  const rowsOf = async (file: string): Promise<string> => {
    const engine = await openDuckdb({ files: [file], spill: null, threads: 1, memory_bytes: null });
    try {
      const { rows } = await engine.run(sql`SELECT list(n ORDER BY n) FROM read_parquet(${value(file)}) AS t(n)`);
      return String(rows[0]?.[0]);
    } finally {
      await engine.close();
    }
  };
  const whole = await rowsOf(path);
  for (let bit = 0; bit < bytes.length * 8; bit += 37) {
    const flipped = Buffer.from(bytes);
    flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
    const at = await place.write('flip/one.parquet', flipped);
    if (typeof (await lookAt(at)) === 'string') continue;
    const rows = await rowsOf(at).catch(() => whole);
    expect(rows, `bit ${bit}`).toBe(whole);
  }
});

test('the schema that a footer tells is the one that the engine tells, wherever it tells a type', async () => {
  const path = await place.parquet(
    'schema/a.parquet',
    sql`SELECT 1::TINYINT a, 2::UBIGINT b, 3::INTEGER c, 4::BIGINT d, true e, 1.5::FLOAT f, 1.5::DOUBLE g, 'x' h, '\\x00'::BLOB i,
      DATE '2026-11-20' j, TIMESTAMP '2026-11-20' k, TIMESTAMPTZ '2026-11-20' l, TIMESTAMP_NS '2026-11-20' m, TIME '10:00' n,
      1.25::DECIMAL(5,2) o, 1.25::DECIMAL(18,4) p, 1.25::DECIMAL(30,4) q, {'a': [1]} r, gen_random_uuid() s, INTERVAL 1 DAY t,
      1::HUGEINT u, 2::USMALLINT v, 3::SMALLINT w, 4::UTINYINT x, 5::UINTEGER y, TIMESTAMP_MS '2026-11-20' z`,
  );
  const pinned = await pinLanding(landingAt(path));
  const own = (await footerSchemas(pinned))?.get(path) ?? [];
  const engine = await openDuckdb({ files: [path], spill: null, threads: 1, memory_bytes: null });
  const theirs = (await readSchemas(engine, [path])).get(path) ?? [];
  await engine.close();
  expect(own.map(({ name, children, is_repeated }) => [name, children, is_repeated])).toEqual(
    theirs.map(({ name, children, is_repeated }) => [name, children, is_repeated]),
  );
  const told = own.flatMap(({ name, type }, i) => (type === null ? [] : [[name, type, theirs[i]?.type]]));
  expect(told.map(([name, type]) => [name, type])).toEqual(told.map(([name, , type]) => [name, type]));
  expect(told.length).toBeGreaterThan(18);
});

test('a file is found to be sound without most of it being read', async () => {
  const path = await place.parquet('large.parquet', sql`SELECT range i, hash(range) h FROM range(400_000)`);
  expect((await readFile(path)).length).toBeGreaterThan(3e6);
  const file = await open(path);
  let read = 0;
  const counting = new Proxy(file, {
    get(target, name) {
      if (name !== 'read') return Reflect.get(target, name);
      return async (...args: Parameters<typeof file.read>) => {
        const result = await target.read(...args);
        read += result.bytesRead;
        return result;
      };
    },
  });
  const footer = await readSoundFooter(counting, (await file.stat()).size);
  expect('wrong' in footer ? footer.wrong : await wrongPages(counting, footer)).toBeNull();
  await file.close();
  expect(read).toBeLessThan(1.5e6);
});
