import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { idOf } from '../../src/core/identity.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import { type Sql, sql, value } from '../../src/sql/sql.ts';
import { type Catalog, openCatalog } from '../../src/store/catalog.ts';
import { findSegments, type ReadSegment, readSegment } from '../../src/store/mismatch-reader.ts';
import { freshFolders } from './temp-folder.ts';

const freshFolder = freshFolders();
const LINE = { job: 'orders', partition_key: 'ds=2026-11-20', logged_at: '2026-11-20T05:06:07Z' };

function put(folder: string, name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

function jsonl(...records: readonly unknown[]): string {
  return records.map((record) => `${typeof record === 'string' ? record : JSON.stringify(record)}\n`).join('');
}

/** Finds, records and reads what is new, as the analyzer does. */
async function readNew(location: string, catalog: Catalog): Promise<ReadSegment> {
  const known = new Set(catalog.unassignedSegments().map(({ id }) => id));
  catalog.recordSegments((await findSegments(location, catalog)).segments);
  const parts: ReadSegment[] = [];
  for (const segment of catalog.unassignedSegments()) {
    if (!known.has(segment.id)) parts.push(await readSegment(segment, openDuckdb));
  }
  return { entries: parts.flatMap((part) => part.entries), quarantined: parts.flatMap((part) => part.quarantined) };
}

async function readText(text: string | Uint8Array): Promise<ReadSegment> {
  return readNew(put(freshFolder(), 'log.jsonl', text), openCatalog(':memory:'));
}

/** A Parquet file written by DuckDB itself. */
async function putParquet(folder: string, name: string, select: Sql): Promise<string> {
  const scratch = freshFolder();
  const written = join(scratch, 'written.parquet');
  const engine = await openDuckdb({ files: [], spill: scratch, threads: 1, memory_bytes: null });
  await engine.run(sql`COPY (${select}) TO ${value(written)} (FORMAT parquet)`);
  await engine.close();
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  copyFileSync(written, path);
  return path;
}

async function readParquetOf(select: Sql): Promise<ReadSegment> {
  const folder = freshFolder();
  await putParquet(folder, 'a.parquet', select);
  return readNew(folder, openCatalog(':memory:'));
}

const reasonsOf = (read: ReadSegment): string[] => read.quarantined.map(({ reason }) => reason);
const keysOf = (read: ReadSegment): string[] => read.entries.map((entry) => entry.partition_key);

describe('JSON lines with only the required fields', () => {
  test('become entries with everything else filled in', async () => {
    const { entries, quarantined } = await readText(jsonl(LINE));
    expect(quarantined).toEqual([]);
    const logged_at = '2026-11-20T05:06:07.000Z';
    expect(entries).toMatchObject([
      {
        comparison_id: idOf('event', 'orders', 'migration', 'target', 'ds=2026-11-20', null, null, logged_at, null),
        logged_at: new Date(logged_at),
        job: 'orders',
        pairing: 'migration',
        table_role: 'target',
        partition_key: 'ds=2026-11-20',
        outcome: 'mismatch',
        inconclusive_reason: null,
        kinds: [],
        differing_columns: null,
        production: { landing_id: null, row_count: null, landed_at: null },
      },
    ]);
  });

  test('every field is taken over, 64-bit numbers exactly', async () => {
    const text = jsonl(
      `{"job":"orders","partition_key":"ds=2026-11-20","logged_at":1795151167123,"comparison_id":"c1","pairing":"release",
        "outcome":"inconclusive","inconclusive_reason":"deadline","kinds":["row_count","checksum"],"stage":"shadow",
        "production_row_count":9007199254740993,"production_checksum":18446744073709551615,"shadow_checksum":"1-2",
        "shadow_row_count":"12","shadow_landed_at":"2026-11-20 05:00:00.5+05:30","shadow_integrity":"crc_ok",
        "production_system":"legacy","production_cpu_seconds":1.5,"reference_side":"shadow","differing_columns":[],
        "detail":{"b":[1,null],"a":"x"},"unheard_of":1,"__proto__":{"job":"evil"}}`.replaceAll(/\n\s*/g, ''),
    );
    const { entries, quarantined } = await readText(text);
    expect(quarantined).toEqual([]);
    expect(entries[0]).toMatchObject({
      comparison_id: 'c1',
      job: 'orders',
      logged_at: new Date(1795151167123),
      pairing: 'release',
      outcome: 'inconclusive',
      inconclusive_reason: 'deadline',
      kinds: ['row_count', 'checksum'],
      production: {
        row_count: 9007199254740993n,
        checksum: '18446744073709551615',
        system: 'legacy',
        cpu_seconds: 1.5,
      },
      shadow: { row_count: 12n, landed_at: new Date('2026-11-19T23:30:00.500Z'), integrity: 'crc_ok' },
      reference_side: 'shadow',
      differing_columns: [],
      detail: '{"a":"x","b":[1,null]}',
    });
  });

  test('partition keys become canonical, so that two spellings are one event', async () => {
    const keys = ['ds=2026-11-20/name=a%2Fb', 'ds=2026-11-20/name=a%2fb'];
    const { entries } = await readText(jsonl(...keys.map((partition_key) => ({ ...LINE, partition_key }))));
    expect(entries.map((entry) => entry.partition_key)).toEqual([keys[0], keys[0]]);
    expect(entries[0]?.comparison_id).toBe(entries[1]?.comparison_id);
  });

  test('a reason without an outcome means inconclusive', async () => {
    const { entries } = await readText(jsonl({ ...LINE, inconclusive_reason: 'not_landed' }));
    expect(entries[0]?.outcome).toBe('inconclusive');
  });

  test('a byte order mark, empty lines and Windows line ends are no trouble', async () => {
    const read = await readText(`\ufeff${JSON.stringify(LINE)}\r\n\r\n\n${JSON.stringify(LINE)}\r\n`);
    expect(read.entries).toHaveLength(2);
    expect(read.quarantined).toEqual([]);
  });
});

describe('quarantine', () => {
  test.each([
    ['a missing field', { job: 'orders', logged_at: LINE.logged_at }, 'partition_key: missing'],
    ['a null field', { ...LINE, job: null }, 'job: missing'],
    ['an empty job', { ...LINE, job: '' }, /^job: .*got ""/],
    ['a job that is no text', { ...LINE, job: 5 }, /^job: .*got 9/],
    ['a job as long as a book', { ...LINE, job: 'x'.repeat(2000) }, /^job: .*2002 characters/],
    ['no partition key', { ...LINE, partition_key: '2026-11-20' }, /^partition_key: expected column=value/],
    ['no time', { ...LINE, logged_at: 'yesterday' }, /^logged_at: expected an ISO time/],
    ['a day that is none', { ...LINE, logged_at: '2026-02-30T00:00:00Z' }, /^logged_at: expected an ISO time/],
    ['seconds for milliseconds', { ...LINE, logged_at: 1795151167 }, /^logged_at: a time outside of 1990/],
    ['a boolean for a time', { ...LINE, logged_at: true }, /^logged_at: .*got true/],
    ['another bad time', { ...LINE, shadow_due_at: 'soon' }, /^shadow_due_at: expected an ISO time/],
    ['an unknown outcome', { ...LINE, outcome: 'match' }, /^outcome: .*got "aaaaa"/],
    ['an unknown reason', { ...LINE, inconclusive_reason: 'bored' }, /^inconclusive_reason: .*got "aaaaa"/],
    ['an unknown kind', { ...LINE, kinds: ['row_count', 'colour'] }, /^kinds: .*got \["aaa_aaaaa","aaaaaa…$/],
    ['kinds that are no list', { ...LINE, kinds: 'row_count' }, /^kinds: .*got "aaa_aaaaa"/],
    ['an unknown system', { ...LINE, production_system: 'v2' }, /^production_system: .*got "a9"/],
    ['an unknown integrity', { ...LINE, shadow_integrity: 'fine' }, /^shadow_integrity: .*got "aaaa"/],
    ['an unknown side', { ...LINE, reference_side: 'left' }, /^reference_side: .*got "aaaa"/],
    [
      'a negative count',
      { ...LINE, production_row_count: -1 },
      /^production_row_count: expected a whole number.*got -9/,
    ],
    ['half a row', { ...LINE, production_row_count: 1.5 }, /^production_row_count: expected a whole number/],
    ['a measure that is none', { ...LINE, shadow_cpu_seconds: 'fast' }, /^shadow_cpu_seconds: expected a number/],
    ['several at once', { job: '', logged_at: 'x', partition_key: 'y' }, /logged_at: .*job: .*partition_key: /],
    ['a list', [LINE], 'the line is no JSON object'],
    ['a number', 5, 'the line is no JSON object'],
    ['half an object', '{"job": "orders", ', /^the line is no JSON( from character \d+ on)?$/],
    ['a row of a CSV file', 'orders,ds=2026-11-20', 'the line is no JSON'],
    ['half a text', '{"job":"a","x" "canary55"}', 'the line is no JSON from character 16 on'],
    ['lists in lists without end', `{"detail":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, /nested too deeply/],
    ['an absurdly long line', { ...LINE, detail: 'x'.repeat(1_000_001) }, 'the line is longer than 1000000 bytes'],
  ])('%s is told with its line, and stops no other', async (_name, bad, reason) => {
    const folder = freshFolder();
    const path = put(folder, 'log.jsonl', jsonl(LINE, bad, { ...LINE, partition_key: 'ds=2026-11-21' }));
    const read = await readNew(folder, openCatalog(':memory:'));
    expect(keysOf(read)).toEqual(['ds=2026-11-20', 'ds=2026-11-21']);
    expect(read.quarantined).toEqual([
      {
        log: folder,
        place: `${path}, line 2`,
        reason: typeof reason === 'string' ? reason : expect.stringMatching(reason),
      },
    ]);
  });

  test('bytes that are no text', async () => {
    const bytes = Buffer.concat([
      Buffer.from('{"job":"'),
      Buffer.from([0xff, 0xfe]),
      Buffer.from(`"}\n${jsonl(LINE)}`),
    ]);
    const read = await readText(bytes);
    expect(reasonsOf(read)).toEqual(['the line is not UTF-8']);
    expect(read.entries).toHaveLength(1);
  });

  test('no line, however hostile, throws or makes an entry of nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(fc.string(), fc.json()), { maxLength: 8 }), async (lines) => {
        const single = lines.map((line) => line.replaceAll('\n', ' '));
        const read = await readText(jsonl(...single, LINE));
        expect(read.entries).toHaveLength(1);
        expect(read.quarantined).toHaveLength(single.filter((line) => line.trim() !== '').length);
      }),
      { numRuns: 30 },
    );
  });
});

describe('a growing file', () => {
  test('gives each complete line once, and leaves a torn one for the next time', async () => {
    const path = put(freshFolder(), 'log.jsonl', '');
    const catalog = openCatalog(':memory:');
    expect(await readNew(path, catalog)).toEqual({ entries: [], quarantined: [] });
    const [first, second] = ['ds=1', 'ds=2'].map((partition_key) => jsonl({ ...LINE, partition_key }));
    appendFileSync(path, `${first}${second?.slice(0, 20)}`);
    expect(keysOf(await readNew(path, catalog))).toEqual(['ds=1']);
    expect(await readNew(path, catalog)).toEqual({ entries: [], quarantined: [] });
    appendFileSync(path, `${second?.slice(20)}not json\n`);
    const third = await readNew(path, catalog);
    expect(keysOf(third)).toEqual(['ds=2']);
    expect(third.quarantined).toMatchObject([{ place: `${path}, line 3` }]);
  });

  test('written in pieces of any size, gives the lines of one that was written at once', async () => {
    const lines = Array.from({ length: 12 }, (_, i) => ({ ...LINE, partition_key: `n=${i}`, detail: 'é😀'.repeat(i) }));
    const whole = Buffer.from(jsonl(...lines));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(whole.length), { maxLength: 6 }), async (cuts) => {
        const path = put(freshFolder(), 'log.jsonl', '');
        const catalog = openCatalog(':memory:');
        const keys: string[] = [];
        const ends = [...cuts.sort((a, b) => a - b), whole.length];
        for (const [i, end] of ends.entries()) {
          appendFileSync(path, whole.subarray(ends[i - 1] ?? 0, end));
          const read = await readNew(path, catalog);
          expect(read.quarantined).toEqual([]);
          keys.push(...keysOf(read));
        }
        expect(keys).toEqual(lines.map((line) => line.partition_key));
      }),
      { numRuns: 20 },
    );
  });

  test('a last line without its newline is read once it is a whole object, and not again when the newline comes', async () => {
    const path = put(freshFolder(), 'log.jsonl', JSON.stringify(LINE));
    const catalog = openCatalog(':memory:');
    expect(keysOf(await readNew(path, catalog))).toEqual(['ds=2026-11-20']);
    appendFileSync(path, `\n${jsonl({ ...LINE, partition_key: 'ds=2' })}`);
    expect(await readNew(path, catalog)).toMatchObject({ entries: [{ partition_key: 'ds=2' }], quarantined: [] });
  });

  test('that was cut and written again is read from its start, even where it begins the same and has grown past', async () => {
    const days = (...keys: string[]) => jsonl(...keys.map((partition_key) => ({ ...LINE, partition_key })));
    const path = put(freshFolder(), 'log.jsonl', days('ds=1', 'ds=2'));
    const catalog = openCatalog(':memory:');
    expect(keysOf(await readNew(path, catalog))).toEqual(['ds=1', 'ds=2']);
    truncateSync(path, 0);
    appendFileSync(path, days('ds=1'));
    expect(keysOf(await readNew(path, catalog))).toEqual(['ds=1']);
    appendFileSync(path, days('ds=3'));
    expect(keysOf(await readNew(path, catalog))).toEqual(['ds=3']);
    truncateSync(path, 0);
    appendFileSync(path, days('ds=1', 'ds=4', 'ds=5'));
    expect(keysOf(await readNew(path, catalog))).toEqual(['ds=1', 'ds=4', 'ds=5']);
  });

  test('that was replaced is read from its start', async () => {
    const path = put(freshFolder(), 'log.jsonl', jsonl(LINE, LINE));
    const catalog = openCatalog(':memory:');
    await readNew(path, catalog);
    const other = put(dirname(path), 'other', jsonl({ ...LINE, job: 'users' }));
    renameSync(other, path);
    expect((await readNew(path, catalog)).entries).toMatchObject([{ job: 'users' }]);
  });

  test('that was rotated between being found and being read is still read, and not a second time', async () => {
    const folder = freshFolder();
    const path = put(folder, 'log.jsonl', jsonl(LINE));
    const catalog = openCatalog(':memory:');
    catalog.recordSegments((await findSegments(folder, catalog)).segments);
    renameSync(path, join(folder, 'log-1.jsonl'));
    put(folder, 'log.jsonl', jsonl({ ...LINE, job: 'users' }));
    const segment = catalog.unassignedSegments()[0];
    if (segment === undefined) throw new Error('no segment was found');
    expect(await readSegment(segment, openDuckdb)).toMatchObject({ entries: [{ job: 'orders' }], quarantined: [] });
    expect((await readNew(folder, catalog)).entries).toMatchObject([{ job: 'users' }]);
  });

  test('that is gone or changed when it is read is quarantined as a whole', async () => {
    const folder = freshFolder();
    const path = put(folder, 'log.jsonl', jsonl(LINE));
    const [segment] = (await findSegments(folder, openCatalog(':memory:'))).segments;
    if (segment === undefined) throw new Error('no segment was found');
    const gone = { log: folder, place: path, reason: 'the file is gone, was replaced or was cut before it was read' };
    writeFileSync(path, jsonl({ ...LINE, job: 'orderz' }));
    expect(await readSegment(segment, openDuckdb)).toEqual({ entries: [], quarantined: [gone] });
    rmSync(path);
    expect(await readSegment(segment, openDuckdb)).toEqual({ entries: [], quarantined: [gone] });
    rmSync(folder, { recursive: true });
    expect(await readSegment(segment, openDuckdb)).toEqual({ entries: [], quarantined: [gone] });
  });
});

describe('Parquet by other writers', () => {
  test('with only the required columns', async () => {
    const read = await readParquetOf(
      sql`SELECT 'orders' AS job, 'ds=2026-11-20' AS partition_key, TIMESTAMP '2026-11-20 05:06:07' AS logged_at`,
    );
    const lines = await readText(jsonl(LINE));
    expect(read).toEqual({ entries: lines.entries, quarantined: [] });
  });

  test.each([
    ['TIMESTAMP_S', sql`TIMESTAMP_S '2026-11-20 05:06:07'`],
    ['TIMESTAMP_MS', sql`TIMESTAMP_MS '2026-11-20 05:06:07'`],
    ['TIMESTAMP_NS', sql`TIMESTAMP_NS '2026-11-20 05:06:07.000000001'`],
    ['TIMESTAMPTZ', sql`TIMESTAMPTZ '2026-11-20 10:36:07+05:30'`],
    ['text', sql`'2026-11-20 05:06:07'`],
    ['milliseconds', sql`1795151167000::BIGINT`],
    ['milliseconds as DOUBLE', sql`1795151167000::DOUBLE`],
  ])('times as %s are the same moment', async (_name, logged_at) => {
    const read = await readParquetOf(sql`SELECT 'orders' AS job, 'ds=1' AS partition_key, ${logged_at} AS logged_at`);
    expect(read.quarantined).toEqual([]);
    expect(read.entries[0]?.logged_at.toISOString()).toBe('2026-11-20T05:06:07.000Z');
  });

  test('other types of the same values are taken, names in any case, unknown columns left alone', async () => {
    const read = await readParquetOf(sql`
      SELECT 'orders'::BLOB AS "JOB", 'ds=1' AS "Partition_Key", DATE '2026-11-20' AS logged_at,
        '12' AS production_row_count, 12::DECIMAL(18, 2) AS shadow_row_count, 12::UTINYINT AS production_size_bytes,
        18446744073709551615::UBIGINT AS shadow_checksum, '["row_count"]' AS kinds,
        1::DECIMAL(9, 3) AS shadow_cpu_seconds, {'a': 1} AS other, 7 AS record_version`);
    expect(read.quarantined).toEqual([]);
    expect(read.entries).toMatchObject([
      {
        job: 'orders',
        partition_key: 'ds=1',
        logged_at: new Date('2026-11-20T00:00:00Z'),
        kinds: ['row_count'],
        production: { row_count: 12n, size_bytes: 12n },
        shadow: { row_count: 12n, checksum: '18446744073709551615', cpu_seconds: 1 },
      },
    ]);
  });

  test('bad rows are told by their number, and stop no other', async () => {
    const folder = freshFolder();
    const path = await putParquet(
      folder,
      "it's [1] * ?.parquet",
      sql`SELECT * FROM (VALUES ('a', 'n=1', TIMESTAMP '2026-11-20'), (NULL, 'n=2', TIMESTAMP '2026-11-20'),
        ('c', 'n=3', TIMESTAMP 'infinity'), ('d', 'n=4', TIMESTAMP '2026-11-20')) AS t (job, partition_key, logged_at)`,
    );
    const read = await readNew(folder, openCatalog(':memory:'));
    expect(keysOf(read)).toEqual(['n=1', 'n=4']);
    expect(read.quarantined).toEqual([
      { log: folder, place: `${path}, row 2`, reason: 'job: missing' },
      { log: folder, place: `${path}, row 3`, reason: 'logged_at: missing' },
    ]);
  });

  test('a decoy beside a name with a pattern in it is not read', async () => {
    const folder = freshFolder();
    const row = (job: Sql) => sql`SELECT ${job} AS job, 'n=1' AS partition_key, TIMESTAMP '2026-11-20' AS logged_at`;
    await putParquet(folder, 'a1/log.parquet', row(sql`'decoy'`));
    await putParquet(folder, 'a[1]/log.parquet', row(sql`'meant'`));
    const read = await readNew(join(folder, 'a[1]', 'log.parquet'), openCatalog(':memory:'));
    expect(read.entries.map(({ job }) => job)).toEqual(['meant']);
  });

  test('a folder called like a column does not change it', async () => {
    const folder = freshFolder();
    const select = sql`SELECT 'orders' AS job, 'n=1' AS partition_key, TIMESTAMP '2026-11-20' AS logged_at`;
    await putParquet(folder, 'job=users/log.parquet', select);
    expect((await readNew(folder, openCatalog(':memory:'))).entries).toMatchObject([{ job: 'orders' }]);
  });

  test('a file without a required column, half a file and no file at all are one quarantine row each', async () => {
    const folder = freshFolder();
    await putParquet(folder, 'a.parquet', sql`SELECT 'orders' AS job, 'n=1' AS partition_key`);
    const half = await putParquet(
      folder,
      'b.parquet',
      sql`SELECT 'orders' AS job, 'n=1' AS partition_key, 1 AS logged_at`,
    );
    truncateSync(half, 100);
    put(folder, 'c.parquet', 'PAR1 this is none');
    const catalog = openCatalog(':memory:');
    const read = await readNew(folder, catalog);
    expect(read.entries).toEqual([]);
    expect(reasonsOf(read).sort()).toEqual([
      'no column logged_at',
      expect.stringMatching(/^unreadable: /),
      expect.stringMatching(/^unreadable: /),
    ]);
  });

  test('a file that was half written when it was found is read once it is whole', async () => {
    const folder = freshFolder();
    const select = sql`SELECT 'orders' AS job, 'n=1' AS partition_key, TIMESTAMP '2026-11-20' AS logged_at`;
    truncateSync(await putParquet(folder, 'a.parquet', select), 50);
    const catalog = openCatalog(':memory:');
    expect((await readNew(folder, catalog)).quarantined).toHaveLength(1);
    await putParquet(folder, 'a.parquet', select);
    expect((await readNew(folder, catalog)).entries).toHaveLength(1);
    expect(await readNew(folder, catalog)).toEqual({ entries: [], quarantined: [] });
  });
});

describe('findSegments', () => {
  const namesOf = async (location: string): Promise<string[]> =>
    (await findSegments(location, openCatalog(':memory:'))).segments.map(({ path }) =>
      path.slice(path.lastIndexOf('/') + 1),
    );

  test('walks a folder of any layout and leaves out what is temporary, hidden or something else', async () => {
    const folder = freshFolder();
    for (const name of ['a.jsonl', 'deep/b.ndjson', 'deep/er/c.JSON', '.hidden.jsonl', '.tmp-1-2-3', '.git/d.jsonl']) {
      put(folder, name, jsonl(LINE));
    }
    for (const name of ['_temporary/0/e.parquet', 'f.parquet', 'g.csv', '_SUCCESS', '.tmp-x.parquet'])
      put(folder, name, '');
    symlinkSync(join(folder, 'deep'), join(folder, 'circle'));
    symlinkSync(join(folder, 'a.jsonl'), join(folder, 'h.jsonl'));
    mkdirSync(join(folder, 'folder.jsonl'));
    expect(await namesOf(folder)).toEqual(['a.jsonl', 'b.ndjson', 'c.JSON', 'f.parquet', 'h.jsonl']);
    expect(await namesOf(`${folder}/*.jsonl`)).toEqual(['a.jsonl', 'h.jsonl']);
    expect(await namesOf(`${folder}/**/*.{ndjson,parquet}`)).toContain('b.ndjson');
    expect(await namesOf(`${folder}/no*thing`)).toEqual([]);
    expect(await namesOf(join(folder, 'deep', 'b.ndjson'))).toEqual(['b.ndjson']);
  });

  test('a pipe in a log folder is never opened', async () => {
    const folder = freshFolder();
    execFileSync('mkfifo', [join(folder, 'a.jsonl'), join(folder, 'b.parquet')]);
    expect(await namesOf(folder)).toEqual([]);
  });

  test('takes the hour from the path, else from the last change', async () => {
    const folder = freshFolder();
    put(folder, 'ds=2026-11-19/hour=7/a.jsonl', jsonl(LINE));
    utimesSync(put(folder, 'b.jsonl', jsonl(LINE)), new Date(), new Date('2026-11-20T05:59:59.999Z'));
    const { segments } = await findSegments(folder, openCatalog(':memory:'));
    expect(segments.map(({ hour }) => hour)).toEqual(['2026-11-20T05', '2026-11-19T07']);
  });

  test('refuses with the location where nothing stands', async () => {
    const location = join(freshFolder(), 'nothing');
    await expect(findSegments(location, openCatalog(':memory:'))).rejects.toMatchObject({
      exitCode: 2,
      code: 'mismatch_log_missing',
      troubles: [{ subject: location }],
    });
  });
});
