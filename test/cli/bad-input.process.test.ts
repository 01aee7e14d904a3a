/** Bad input is told clearly, with code, subject and hint, with the right exit code, and stops nothing else. */
import { cp, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import { type SlotReport, slotReportSchema } from '../../src/report/slot-report.ts';
import { type Sql, sql, value } from '../../src/sql/sql.ts';
import { copySampleData } from '../demo/sample-copy.ts';
import { shadowcheck } from './captured-terminal.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shadowcheck-bad-'));
  await writeFile(join(folder, 'good.csv'), 'id,name\n1,a\n2,b\n');
  await writeFile(join(folder, 'other.csv'), 'id,name\n1,a\n2,c\n');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function parquet(path: string, rows: Sql): Promise<string> {
  const engine = await openDuckdb({ files: [], spill: folder, threads: 1, memory_bytes: null });
  await engine.run(sql`COPY (${rows}) TO ${value(path)} (FORMAT parquet)`);
  await engine.close();
  return path;
}

describe('diff', () => {
  test('a folder that does not exist is a usage error', async () => {
    const { code, stdout, stderr } = await shadowcheck(folder, 'diff', 'good.csv', 'missing');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('[path_not_found]');
    expect(stderr).toContain(join(folder, 'missing'));
    expect(stderr).toContain('hint:');
  });

  test('an empty folder has not landed: inconclusive, never a match', async () => {
    await mkdir(join(folder, 'empty-a'));
    await mkdir(join(folder, 'empty-b'));
    const { code, stdout } = await shadowcheck(folder, 'diff', 'empty-a', 'empty-b', '--json');
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: 'inconclusive',
      inconclusive_reason: 'not_landed',
      rows: null,
    });
  });

  test('two tables with columns and no rows match, and the report says that they are empty', async () => {
    await parquet(join(folder, 'empty-a.parquet'), sql`SELECT 1 AS id, 'x' AS name WHERE false`);
    await parquet(join(folder, 'empty-b.parquet'), sql`SELECT 1 AS id, 'x' AS name WHERE false`);
    const { code, stdout } = await shadowcheck(
      folder,
      'diff',
      'empty-a.parquet',
      'empty-b.parquet',
      '--key',
      'id',
      '--json',
    );
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as { notes: { code: string }[] };
    expect(report).toMatchObject({ outcome: 'match', production: { row_count: 0 } });
    expect(report.notes.map((note) => note.code)).toContain('both_empty');
  });

  test('a CSV with a header only has columns and no rows', async () => {
    await writeFile(join(folder, 'header.csv'), 'id,name\n');
    const { code, stdout } = await shadowcheck(folder, 'diff', 'good.csv', 'header.csv', '--key', 'id', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      kinds: ['row_count'],
      rows: { only_in_production: 2 },
      shadow: { row_count: 0 },
    });
  });

  test('a truncated file is unreadable, whatever it is compared with', async () => {
    const path = await parquet(join(folder, 'cut.parquet'), sql`SELECT i AS id FROM range(1000) AS t(i)`);
    await cp(path, join(folder, 'whole.parquet'));
    await truncate(path, 700);
    const { code, stdout } = await shadowcheck(folder, 'diff', 'whole.parquet', 'cut.parquet', '--json');
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'inconclusive', inconclusive_reason: 'shadow_unreadable' });
  });

  test('a file of one flipped page is corrupt or differs, but never matches', async () => {
    const path = await parquet(
      join(folder, 'flip-a.parquet'),
      sql`SELECT i AS id, hash(i) AS h FROM range(1000) AS t(i)`,
    );
    const bytes = await readFile(path);
    for (let at = 200; at < 260; at += 1) bytes[at] = (bytes[at] ?? 0) ^ 0xff;
    await writeFile(join(folder, 'flip-b.parquet'), bytes);
    const { code } = await shadowcheck(folder, 'diff', 'flip-a.parquet', 'flip-b.parquet', '--key', 'id', '--quiet');
    expect([1, 3]).toContain(code);
  });

  test('all wrong names of a command line are told at once', async () => {
    const { code, stderr } = await shadowcheck(
      folder,
      'diff',
      'good.csv',
      'other.csv',
      '--key',
      'idd',
      '--ignore',
      'nam,zzz',
    );
    expect(code).toBe(2);
    expect(stderr).toContain('3 problems');
    for (const name of ['idd (key)', 'nam (ignore)', 'zzz (ignore)', '[unknown_column]', 'the columns are id, name']) {
      expect(stderr).toContain(name);
    }
  });

  test('bad option values are told at once', async () => {
    const { code, stderr } = await shadowcheck(
      folder,
      'diff',
      'good.csv',
      'other.csv',
      '--abs-tol',
      'x',
      '--sample',
      '0',
      '--limit',
      '-1',
      '--timeout',
      'soon',
    );
    expect(code).toBe(2);
    expect(stderr.match(/\[invalid_option\]/g)).toHaveLength(4);
  });

  test('an unknown option suggests the right one', async () => {
    const unknown = await shadowcheck(folder, 'diff', 'good.csv', 'other.csv', '--ignor', 'name');
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('--ignore');
  });

  test('NULLs and duplicates in the key are compared and told', async () => {
    await writeFile(join(folder, 'odd-a.csv'), 'id,name\n1,a\n1,b\n,c\n');
    await writeFile(join(folder, 'odd-b.csv'), 'id,name\n1,a\n1,x\n,c\n');
    const { code, stdout } = await shadowcheck(folder, 'diff', 'odd-a.csv', 'odd-b.csv', '--key', 'id', '--json');
    expect(code).toBe(1);
    const report = JSON.parse(stdout) as { notes: { code: string }[]; rows: unknown };
    expect(report.rows).toMatchObject({ equal: 2, changed: 1, only_in_production: 0, only_in_shadow: 0 });
    expect(report.notes.map((note) => note.code)).toEqual([
      'duplicate_keys',
      'null_keys',
      'duplicate_keys',
      'null_keys',
    ]);
  });

  test('a path with glob characters, quotes or a new line is that path and nothing else', async () => {
    for (const name of ['a*', "it's", 'a[1]', 'new\nline', '{a,b}', '50%', '-dash']) {
      const table = join(folder, name);
      await mkdir(table);
      await parquet(join(table, 'part.parquet'), sql`SELECT 1 AS id, 'right' AS name`);
    }
    await mkdir(join(folder, 'a1'));
    await parquet(join(folder, 'a1', 'part.parquet'), sql`SELECT 1 AS id, 'decoy' AS name`);
    for (const name of ['a*', "it's", 'a[1]', 'new\nline', '{a,b}', '50%']) {
      const { code, stdout } = await shadowcheck(folder, 'diff', name, join(folder, '-dash'), '--key', 'id', '--json');
      expect(code, `${name}: ${stdout}`).toBe(0);
    }
  });

  test('a report folder that cannot be written is trouble of the infrastructure', async () => {
    await writeFile(join(folder, 'a-file'), '');
    const { code, stderr } = await shadowcheck(folder, 'diff', 'good.csv', 'other.csv', '--output', 'a-file/reports');
    expect(code).toBe(4);
    expect(stderr).toContain('a-file');
    expect(stderr).toContain('hint:');
  });

  test('SQL that is no condition is refused before anything is compared', async () => {
    const { code, stderr } = await shadowcheck(folder, 'diff', 'good.csv', 'other.csv', '--where', 'id IN (SELECT 1)');
    expect(code).toBe(2);
    expect(stderr).toContain('[expression_refused]');
  });
});

describe('analyze', () => {
  async function analyze(
    change: (folder: string) => Promise<void>,
  ): Promise<{ code: number; stderr: string; slots: SlotReport[] }> {
    const sample = await copySampleData();
    await change(sample.folder);
    const { code, stdout, stderr } = await shadowcheck(sample.folder, 'analyze', '--json');
    await sample.remove();
    const slots =
      stdout === ''
        ? []
        : (JSON.parse(stdout) as { slots: unknown[] }).slots.map((slot) => slotReportSchema.parse(slot));
    return { code, stderr, slots };
  }

  async function edit(path: string, from: string, to: string): Promise<void> {
    const text = await readFile(path, 'utf8');
    expect(text).toContain(from);
    await writeFile(path, text.replace(from, to));
  }

  test('a column that the config names and no table has makes that job inconclusive, and no other', async () => {
    const { code, slots } = await analyze((at) => edit(join(at, 'jobs.yaml'), 'key: [order_id]', 'key: [order_idd]'));
    expect(code).toBe(0);
    const orders = slots.flatMap(({ pairs }) => pairs).filter(({ job }) => job === 'orders');
    expect(orders.length).toBe(4);
    for (const pair of orders) {
      expect(pair.outcome).toBe('inconclusive');
      expect(pair.detail).toContain('order_idd');
    }
    const others = slots.flatMap(({ pairs }) => pairs).filter(({ job }) => job !== 'orders');
    expect(others.filter(({ outcome }) => outcome === 'mismatch').length).toBe(14);
  });

  test('two jobs of one name are a config error with their lines', async () => {
    const { code, stderr } = await analyze((at) => edit(join(at, 'jobs.yaml'), '  users:', '  orders:'));
    expect(code).toBe(2);
    expect(stderr).toMatch(/orders/);
    expect(stderr).toMatch(/line \d+/);
  });

  test('a partition that is gone by the time it is analysed is missing, and a log that is gone stops no other', async () => {
    const { code, stderr, slots } = await analyze(async (at) => {
      await rm(join(at, 'warehouse', 'shadow', 'payments', 'ds=2026-11-17'), { recursive: true });
      await edit(
        join(at, 'shadowcheck.yaml'),
        'mismatch_logs: [./mismatch-log]',
        'mismatch_logs: [./gone, ./mismatch-log]',
      );
    });
    expect(code).toBe(2);
    expect(stderr).toContain('[mismatch_log_missing]');
    const pair = slots
      .flatMap(({ pairs }) => pairs)
      .find(({ job, partition_key }) => job === 'payments' && partition_key === 'ds=2026-11-17');
    expect(pair).toMatchObject({ outcome: 'inconclusive', inconclusive_reason: 'shadow_missing' });
    expect(slots.flatMap(({ pairs }) => pairs).length).toBe(22);
  });

  test('log lines with a missing field, of an unknown job, or with a wrong key are quarantined, each with its reason', async () => {
    const { code, slots } = await analyze(async (at) => {
      const lines = [
        { job: 'orders', logged_at: '2026-11-20T10:00:00Z' },
        { job: 'nobody', partition_key: 'ds=2026-11-20', logged_at: '2026-11-20T10:00:00Z' },
        { job: 'orders', partition_key: 'hour=05', logged_at: '2026-11-20T10:00:00Z' },
      ];
      await writeFile(join(at, 'mismatch-log', 'bad.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    });
    expect(code).toBe(0);
    const reasons = slots.flatMap(({ quarantine }) => quarantine).map(({ reason }) => reason);
    expect(reasons.some((reason) => reason.includes('partition_key'))).toBe(true);
    expect(reasons.some((reason) => reason.includes('nobody'))).toBe(true);
    expect(reasons.some((reason) => reason.includes('ds=…'))).toBe(true);
    expect(slots.flatMap(({ pairs }) => pairs).length).toBe(22);
  });

  test('a store that cannot be written is refused before any work', async () => {
    const { code, stderr } = await analyze(async (at) => {
      await writeFile(join(at, 'a-file'), '');
      await edit(join(at, 'shadowcheck.yaml'), 'store: ./shadowcheck', 'store: ./a-file/store');
    });
    expect(code).toBe(4);
    expect(stderr).toContain('a-file');
  });
});
