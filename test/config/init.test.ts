import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { combinations } from '../../src/compare/likely-key.ts';
import { scalar } from '../../src/config/draft-text.ts';
import { draftConfig } from '../../src/config/init.ts';
import { loadConfig } from '../../src/config/load.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import { sql, trustedExpression } from '../../src/sql/sql.ts';

let folder: string;
let config: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shadowcheck-draft-'));
  config = join(folder, 'shadowcheck.yaml');
  await mkdir(join(folder, 'production'));
  await mkdir(join(folder, 'shadow'));
  return () => rm(folder, { recursive: true });
});

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

async function onBoth(path: string, text: string, inShadow = text): Promise<void> {
  await write(`production/${path}`, text);
  await write(`shadow/${path}`, inShadow);
}

async function draft() {
  const { text, notes } = await draftConfig(join(folder, 'production'), join(folder, 'shadow'), config, openDuckdb);
  await writeFile(config, text);
  return { text, notes, loaded: await loadConfig(config) };
}

test('twin tables with their partitions and keys; loadConfig accepts it', async () => {
  await onBoth('orders/ds=2026-11-19/a.csv', 'order_id,customer_id,total\n1,7,5\n2,7,5\n');
  await onBoth('orders/ds=2026-11-20/a.csv', 'order_id,customer_id,total\n3,7,5\n4,7,5\n');
  await onBoth(
    'lake/lines/ds=2026-11-20/hour=05/a.jsonl',
    '{"order_id":1,"line_no":1}\n{"order_id":1,"line_no":2}\n{"order_id":2,"line_no":1}\n',
  );
  await onBoth('log/ds=2026-11-20/a.csv', 'message,level\na,1\nb,1\n');
  await write('production/legacy_only/ds=1/a.csv', 'id\n1\n');
  await write('shadow/next_only/a.csv', 'id\n1\n');
  const { loaded, notes, text } = await draft();
  expect([...loaded.jobs.values()].map(({ name, partition, spec }) => [name, partition, spec.key])).toEqual([
    ['lake/lines', ['ds', 'hour'], ['order_id', 'line_no']],
    ['log', ['ds'], []],
    ['orders', ['ds'], ['order_id']],
  ]);
  expect(loaded.jobs.get('lake/lines')?.sides.shadow.root).toBe(join(folder, 'shadow/lake/lines'));
  expect(notes).toEqual([
    'only in production, no job: legacy_only',
    'only in the shadow, no job: next_only',
    'log: No column of ds=2026-11-20 is named like a key.',
  ]);
  expect(text).toContain('# Unique and never NULL in ds=2026-11-20 of both sides.');
  expect(text).not.toContain(folder);
});

test('Parquet, in folders that are tables themselves', async () => {
  const engine = await openDuckdb({ files: [], spill: folder, threads: 1, memory_bytes: null });
  for (const side of ['production', 'shadow']) {
    await mkdir(join(folder, side, 'ds=2026-11-20'));
    const path = trustedExpression(`'${join(folder, side, 'ds=2026-11-20', 'a.parquet')}'`);
    await engine.run(sql`COPY (SELECT range AS id, range % 2 AS user_id FROM range(10)) TO ${path} (FORMAT parquet)`);
  }
  await engine.close();
  const { loaded } = await draft();
  expect([...loaded.jobs.values()].map(({ name, spec, sides }) => [name, spec.key, sides.production.root])).toEqual([
    ['production', ['id'], join(folder, 'production')],
  ]);
});

describe('the key', () => {
  const keyOf = async () => {
    const { loaded, notes, text } = await draft();
    return { key: loaded.jobs.get('t')?.spec.key, notes, text };
  };

  test('must be unique and without NULL', async () => {
    const nulls = '{"uuid":"a","id":1}\n{"uuid":null,"id":2}\n{"uuid":"c","id":2}\n{"uuid":"d","id":1}\n';
    await onBoth('t/ds=2026-11-20/a.jsonl', nulls);
    expect(await keyOf()).toMatchObject({ key: [], notes: [expect.stringContaining('No key found')] });
  });

  test('that only production has is taken, and the duplicates of the shadow are told', async () => {
    await onBoth('t/ds=2026-11-20/a.csv', 'id\n1\n2\n', 'id\n1\n1\n');
    const { key, text } = await keyOf();
    expect(key).toEqual(['id']);
    expect(text).toContain('the shadow has duplicates or NULLs');
  });

  test('is looked for in an older partition where the newest is broken, or too small to tell', async () => {
    await onBoth('t/ds=2026-11-18/a.csv', 'id,user_id\n1,1\n2,1\n');
    await onBoth('t/ds=2026-11-19/a.csv', 'id,user_id\n1,1\n');
    await onBoth('t/ds=2026-11-20/a.parquet', 'no parquet');
    const { key, text } = await keyOf();
    expect(key).toEqual(['id']);
    expect(text).toContain('ds=2026-11-18');
  });

  test('of a table that cannot be read is left to a person', async () => {
    await onBoth('t/ds=2026-11-20/a.parquet', 'no parquet');
    const { key, notes } = await keyOf();
    expect(key).toEqual([]);
    expect(notes[0]).toMatch(/^t: No key was looked for: ds=2026-11-20: /);
  });

  test('never holds a column of the partition', async () => {
    await onBoth('t/run_id=1/a.csv', 'order_id\n1\n2\n');
    expect((await keyOf()).key).toEqual(['order_id']);
  });
});

test('a marker is taken over: for all tables, or for those that have it; the others wait until no file changes', async () => {
  for (const table of ['a', 'b']) await onBoth(`${table}/ds=2026-11-20/x.csv`, 'id\n1\n2\n');
  await onBoth('a/ds=2026-11-20/_SUCCESS', '');
  const some = await draft();
  const landed = [...some.loaded.jobs.values()].map(({ sides }) => sides.shadow.landed);
  expect(landed.map(({ marker, quiet_ms }) => [marker, quiet_ms])).toEqual([
    ['_SUCCESS', null],
    [null, 900_000],
  ]);
  await onBoth('b/ds=2026-11-20/_SUCCESS', '');
  const all = await draft();
  expect(all.loaded.sources.get('shadow')?.landed.marker).toBe('_SUCCESS');
});

test('hostile names of tables and partitions say what they say, and bring in no config of their own', async () => {
  const hostile = ["o'brien [x] *", 'a: {b}', 'true', '# no', '"q"', 'ünï', '1', 'x\u202ey'];
  for (const table of hostile) await onBoth(`${table}/ds=2026-11-20\nstore: elsewhere/a.csv`, 'id\n1\n2\n');
  await onBoth('line\nbreak/a.csv', 'id\n1\n2\n');
  const { loaded, notes } = await draft();
  expect([...loaded.jobs.keys()].sort()).toEqual([...hostile].sort());
  for (const [name, job] of loaded.jobs) expect(job.sides.production.root).toBe(join(folder, 'production', name));
  expect(loaded.store).toBe(join(folder, 'shadowcheck'));
  expect(notes).toEqual(['no name for a job, left out: "line\\nbreak"']);
});

test('folders without twins, and one folder for both sides, are refused', async () => {
  await expect(draft()).rejects.toMatchObject({ code: 'init_refused', exitCode: 2 });
  const same = draftConfig(join(folder, 'shadow'), join(folder, 'production', '..', 'shadow'), config, openDuckdb);
  await expect(same).rejects.toThrow(/both sides are the same folder/);
});

test('nothing is left behind in the folder for temporary files', async () => {
  const temporary = join(folder, 'temporary');
  await mkdir(temporary);
  vi.stubEnv('TMPDIR', temporary);
  try {
    await onBoth('t/a.csv', 'id\n1\n2\n');
    await draft();
    expect(await readdir(temporary)).toEqual([]);
  } finally {
    vi.unstubAllEnvs();
  }
});

test('any text stands in the YAML as itself, on one line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const written = scalar(text);
      expect(written).not.toMatch(/[\p{Cc}\u2028\u2029\u202e]/u);
      expect(parse(`a: [${written}]\nb: ${written}\n${scalar(`k${text}`)}: 1\n`)).toEqual({
        a: [text],
        b: text,
        [`k${text}`]: 1,
      });
    }),
    { numRuns: 500 },
  );
});

test('combinations: fewest columns first, in the order of the candidates, each once', () => {
  expect(combinations(['a', 'b', 'c'])).toEqual([
    ['a'],
    ['b'],
    ['c'],
    ['a', 'b'],
    ['a', 'c'],
    ['b', 'c'],
    ['a', 'b', 'c'],
  ]);
  expect(combinations(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'])).toHaveLength(8 + 28 + 56);
});
