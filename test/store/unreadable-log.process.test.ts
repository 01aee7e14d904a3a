/** What is at fault when a log cannot be read: the system, and it is tried again; or the content, and it is quarantined. */
import { chmodSync, chownSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import { EngineError, type EngineLimits, type OpenEngine } from '../../src/engine/engine.ts';
import { type Sql, sql, value } from '../../src/sql/sql.ts';
import { openCatalog } from '../../src/store/catalog.ts';
import type { LogSegment } from '../../src/store/log-segments.ts';
import { findSegments, type ReadSegment, readSegment } from '../../src/store/mismatch-reader.ts';
import { shadowcheck } from '../cli/captured-terminal.ts';
import { copySampleData } from '../demo/sample-copy.ts';
import { asNobody, openFolder } from './child.ts';
import { freshFolders } from './temp-folder.ts';

const freshFolder = freshFolders();
const LINE = { job: 'orders', partition_key: 'ds=2026-11-20', logged_at: '2026-11-20T05:06:07Z' };
const ROW = sql`SELECT 'orders' AS job, 'n=1' AS partition_key, TIMESTAMP '2026-11-20' AS logged_at`;

function put(folder: string, name: string, ...records: readonly object[]): string {
  const path = join(folder, name);
  writeFileSync(path, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  return path;
}

async function putParquet(folder: string, name: string, select: Sql): Promise<string> {
  const path = join(folder, name);
  const engine = await openDuckdb({ files: [], spill: folder, threads: 1, memory_bytes: null });
  await engine.run(sql`COPY (${select}) TO ${value(path)} (FORMAT parquet)`);
  await engine.close();
  return path;
}

async function onlySegment(location: string): Promise<LogSegment> {
  const { segments } = await findSegments(location, openCatalog(':memory:'));
  const [segment] = segments;
  if (segment === undefined || segments.length > 1) throw new Error(`${segments.length} segments at ${location}`);
  return segment;
}

const read = async (location: string): Promise<ReadSegment> => readSegment(await onlySegment(location), openDuckdb);
const reasonsOf = ({ quarantined }: ReadSegment): string[] => quarantined.map(({ reason }) => reason);
const UNREADABLE = { exitCode: 4, code: 'mismatch_log_unreadable' };

describe('the system is at fault', () => {
  test('without read access a file is told and left unrecorded, one that is locked later throws, others are read', async () => {
    const folder = freshFolder();
    for (const name of ['a.jsonl', 'b.jsonl', 'locked.jsonl']) put(folder, name, LINE);
    for (const name of ['c.parquet', 'locked.parquet', 'z.parquet']) await putParquet(folder, name, ROW);
    mkdirSync(join(folder, 'closed'));
    put(join(folder, 'closed'), 'd.jsonl', LINE);
    for (const name of ['b.jsonl', 'c.parquet', 'closed']) chmodSync(join(folder, name), 0o000);
    if (process.getuid?.() === 0) {
      for (const name of ['locked.jsonl', 'locked.parquet']) chownSync(join(folder, name), 65_534, 65_534);
    }
    const answer = await asNobody('log', openFolder(folder));
    chmodSync(join(folder, 'closed'), 0o755);
    expect(answer).toEqual({
      troubles: ['closed', 'b.jsonl', 'c.parquet'].map((name) => [4, 'mismatch_log_unreadable', name]),
      read: {
        'a.jsonl': { entries: 1, quarantined: 0 },
        'locked.jsonl': [4, 'mismatch_log_unreadable'],
        'locked.parquet': [4, 'mismatch_log_unreadable'],
        'z.parquet': { entries: 1, quarantined: 0 },
      },
      // What is recorded is not opened again, so a log that was read and then archived is no trouble.
      found_again: ['locked.parquet', 'z.parquet'],
    });
  });

  test('what could not be looked at is found by the next run, once it can be', async () => {
    const folder = freshFolder();
    const catalog = openCatalog(':memory:');
    const names = ['a.jsonl', 'b.parquet'];
    for (const name of names) symlinkSync(name, join(folder, name));
    put(folder, 'c.jsonl', LINE);
    const first = await findSegments(folder, catalog);
    expect(first.segments.map(({ path }) => path)).toEqual([join(folder, 'c.jsonl')]);
    expect(first.troubles).toMatchObject(
      names.map((name) => ({ ...UNREADABLE, troubles: [{ subject: join(folder, name) }] })),
    );
    expect(first.troubles[0]?.message).toMatch(/ELOOP.*\n {2}hint: repair the symbolic links/);
    catalog.recordSegments(first.segments);
    for (const name of names) rmSync(join(folder, name));
    put(folder, 'a.jsonl', LINE);
    await putParquet(folder, 'b.parquet', ROW);
    const second = await findSegments(`${folder}/*`, catalog);
    expect(second.troubles).toEqual([]);
    expect(second.segments.map(({ path }) => path)).toEqual(names.map((name) => join(folder, name)));
  });

  test('a file that the system refuses when it is read throws, for JSON lines and for Parquet', async () => {
    const folder = freshFolder();
    for (const path of [put(folder, 'a.jsonl', LINE), await putParquet(folder, 'b.parquet', ROW)]) {
      const segment = await onlySegment(path);
      rmSync(path);
      symlinkSync(path, path);
      await expect(readSegment(segment, openDuckdb)).rejects.toMatchObject({
        ...UNREADABLE,
        troubles: [{ subject: path, message: expect.stringContaining('ELOOP') }],
      });
    }
  });

  test('an engine that runs out of memory throws; the limit is one gigabyte', async () => {
    const path = await putParquet(
      freshFolder(),
      'a.parquet',
      sql`SELECT r.*, repeat('x', 3000000) || i AS detail FROM (${ROW}) AS r, range(20) AS t (i)`,
    );
    const given: EngineLimits[] = [];
    const tight: OpenEngine = (limits) => {
      given.push(limits);
      return openDuckdb({ ...limits, memory_bytes: 20_000_000n });
    };
    const segment = await onlySegment(path);
    await expect(readSegment(segment, tight)).rejects.toMatchObject({ ...UNREADABLE, troubles: [{ subject: path }] });
    expect(given.map(({ memory_bytes }) => memory_bytes)).toEqual([1_000_000_000n]);
  });

  test('an engine that cannot be opened throws', async () => {
    const segment = await onlySegment(await putParquet(freshFolder(), 'a.parquet', ROW));
    const broken: OpenEngine = (limits) => openDuckdb({ ...limits, threads: -1 });
    await expect(readSegment(segment, broken)).rejects.toMatchObject(UNREADABLE);
  });

  test('a statement that the engine refuses is a bug of ours, and quarantines nothing', async () => {
    const segment = await onlySegment(await putParquet(freshFolder(), 'a.parquet', ROW));
    const closed: OpenEngine = (limits) => openDuckdb({ ...limits, files: [] });
    await expect(readSegment(segment, closed)).rejects.toBeInstanceOf(EngineError);
  });
});

describe('the content is at fault', () => {
  const CANARY = 'canary55@example.org';

  test('a Parquet file is quarantined without what the engine quotes of it', async () => {
    const folder = freshFolder();
    const damaged = await putParquet(
      folder,
      'a.parquet',
      sql`SELECT r.*, 'canary' || i AS detail FROM (${ROW}) AS r, range(5000) AS t (i)`,
    );
    const bytes = await readFile(damaged);
    await writeFile(damaged, bytes.fill(0x5a, 40, bytes.length / 2));
    expect(reasonsOf(await read(damaged))).toEqual(['unreadable: the file holds data that cannot be decoded']);
    expect(reasonsOf(await read(put(folder, 'b.parquet', LINE)))).toEqual(['unreadable: no Parquet footer']);
  });

  test('a value is told by its shape: letters as a, digits as 9, and not much of it', async () => {
    const path = put(freshFolder(), 'a.jsonl', {
      ...LINE,
      logged_at: CANARY,
      outcome: 'Ärger ١٢',
      reference_side: 'x',
    });
    expect(reasonsOf(await read(path))).toEqual([
      expect.stringMatching(
        /^logged_at: [^;]*, got "aaaaaa99@aaaaaaa\.aa…; outcome: [^;]*, got "aaaaa 99"; reference_side: [^;]*, got "a"$/,
      ),
    ]);
  });

  test('no value of a record is in a reason, whatever field it stands in', async () => {
    const nasty = fc.constantFrom<unknown>(
      CANARY,
      5551234,
      '5551234555123455512345551234',
      [CANARY],
      { [CANARY]: CANARY },
      `x, got "${CANARY}"; job: y, got 5551234`,
      `${CANARY} `.repeat(100),
      `"\\${CANARY}`,
      true,
      '',
      null,
    );
    const fields = [
      'job',
      'partition_key',
      'logged_at',
      'outcome',
      'kinds',
      'production_row_count',
      'shadow_landed_at',
    ];
    const record = fc.record(Object.fromEntries(fields.map((field) => [field, nasty])));
    const folder = freshFolder();
    await fc.assert(
      fc.asyncProperty(record, async (given) => {
        const reasons = reasonsOf(await read(put(folder, 'a.jsonl', given)));
        expect(reasons).toHaveLength(1);
        expect(reasons[0]).not.toMatch(/canary|example|555/);
      }),
      { numRuns: 300 },
    );
  });

  test('a line that is no JSON is not quoted', async () => {
    const path = join(freshFolder(), 'a.jsonl');
    for (const line of [CANARY, `"${CANARY}"`, `{"job":${CANARY}}`, `{"job":"${CANARY}"`, `[${CANARY}`]) {
      writeFileSync(path, `${line}\n`);
      const reasons = reasonsOf(await read(path));
      expect(reasons).toEqual([expect.stringMatching(/^the line is no JSON( object| from character \d+ on)?$/)]);
    }
  });

  test('whole numbers in lists and details of Parquet are no bug', async () => {
    const folder = freshFolder();
    const listed = await putParquet(folder, 'a.parquet', sql`SELECT *, [5551234::BIGINT] AS kinds FROM (${ROW})`);
    expect(reasonsOf(await read(listed))).toEqual([expect.stringMatching(/^kinds: .*, got \["9999999"\]$/)]);
    const detailed = await putParquet(
      folder,
      'b.parquet',
      sql`SELECT *, 9007199254740993::BIGINT AS detail FROM (${ROW})`,
    );
    expect((await read(detailed)).entries).toMatchObject([{ detail: '9007199254740993' }]);
  });

  test('an entry that the caller refuses is put aside at its line or row, with the reason of the caller', async () => {
    const folder = freshFolder();
    const refuse = ({ job }: { readonly job: string }) => (job === 'orders' ? null : 'its job is not in the config');
    const lines = put(folder, 'a.jsonl', LINE, { ...LINE, job: CANARY });
    const rows = await putParquet(
      folder,
      'b.parquet',
      sql`${ROW} UNION ALL SELECT ${value(CANARY)}, 'n=1', TIMESTAMP '2026-11-20'`,
    );
    for (const [path, place] of [
      [lines, `${lines}, line 2`],
      [rows, `${rows}, row 2`],
    ] as const) {
      const { entries, quarantined } = await readSegment(await onlySegment(path), openDuckdb, refuse);
      expect(entries.map(({ job }) => job)).toEqual(['orders']);
      expect(quarantined).toEqual([{ log: path, place, reason: 'its job is not in the config' }]);
    }
  });
});

test('analyze says that there is nothing to do only where it looked everywhere, and ends with the gravest trouble', async () => {
  const sample = await copySampleData();
  try {
    const config = join(sample.folder, 'shadowcheck.yaml');
    const text = await readFile(config, 'utf8');
    mkdirSync(join(sample.folder, 'empty'));
    await writeFile(config, text.replace('mismatch_logs: [./mismatch-log]', 'mismatch_logs: [./empty]'));
    const idle = await shadowcheck(sample.folder, 'analyze');
    expect(idle).toMatchObject({ code: 0, stdout: expect.stringContaining('nothing to analyse') });
    symlinkSync('a.jsonl', join(sample.folder, 'empty', 'a.jsonl'));
    await writeFile(config, text.replace('mismatch_logs: [./mismatch-log]', 'mismatch_logs: [./gone, ./empty]'));
    const { code, stdout, stderr } = await shadowcheck(sample.folder, 'analyze');
    expect(code).toBe(4);
    expect(stdout).not.toContain('nothing to analyse');
    expect(stderr).toContain('[mismatch_log_missing]');
    expect(stderr).toContain('[mismatch_log_unreadable]');
  } finally {
    await sample.remove();
  }
});
