/** The service as a process: it ends well, shares a store with others, and goes on where a killed one stopped. */
import { spawn } from 'node:child_process';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import { listFiles } from '../../src/partition/files.ts';
import type { SlotReport } from '../../src/report/slot-report.ts';
import { sql, value } from '../../src/sql/sql.ts';
import { openCatalog } from '../../src/store/catalog.ts';
import { shadowcheck } from '../cli/captured-terminal.ts';
import { copySampleData } from '../demo/sample-copy.ts';
import { metricsOf, type ServeProcess, startServe, until, writeServeConfig } from './serve-process.ts';

const running: ServeProcess[] = [];
const copies: Awaited<ReturnType<typeof copySampleData>>[] = [];

afterEach(async () => {
  for (const { child, ended } of running.splice(0)) {
    child.kill('SIGKILL');
    await ended;
  }
  for (const copy of copies.splice(0)) await copy.remove();
});

async function prepared(more = ''): Promise<{ readonly folder: string; readonly config: string }> {
  const copy = await copySampleData();
  copies.push(copy);
  return { folder: copy.folder, config: await writeServeConfig(copy.folder, more) };
}

async function serving(config: string, env: Readonly<Record<string, string>> = {}): Promise<ServeProcess> {
  const serve = await startServe(config, env);
  running.push(serve);
  return serve;
}

interface Found {
  /** One for each comparison in the catalog. */
  readonly comparisons: readonly string[];
  /** One for each row of the mismatch log. */
  readonly logged: readonly string[];
  /** One for each analysed entry of a report. */
  readonly analysed: readonly string[];
}

async function foundIn(folder: string): Promise<Found> {
  const store = join(folder, 'store');
  const catalog = openCatalog(join(store, 'catalog.db'));
  const comparisons = catalog
    .jobSummaries()
    .flatMap(({ job }) => catalog.pairsOf(job, 1000))
    .flatMap(({ job, pairing, partition_key }) => catalog.comparisonsOf(job, pairing, partition_key, 1000))
    .map(({ job, partition_key, outcome }) => `${job}/${partition_key} ${outcome}`);
  catalog.close();
  const files = await listFiles(join(store, 'logs', 'mismatch')).catch(() => []);
  if (files.length === 0) return { comparisons, logged: [], analysed: [] };
  const engine = await openDuckdb({ files, spill: null, threads: 1, memory_bytes: null });
  const { rows } = await engine.run(sql`SELECT job, partition_key, outcome FROM read_parquet(${value(files)})`);
  await engine.close();
  const reports = await readdir(join(store, 'reports'), { withFileTypes: true }).catch(() => []);
  const analysed: string[] = [];
  for (const { name } of reports.filter((entry) => entry.isDirectory())) {
    const text = await readFile(join(store, 'reports', name, 'report.json'), 'utf8').catch(() => null);
    if (text === null) continue; // its pages are being written
    const { pairs } = JSON.parse(text) as SlotReport;
    analysed.push(...pairs.map(({ job, partition_key }) => `${job}/${partition_key}`));
  }
  return {
    comparisons: comparisons.sort(),
    logged: rows.map(([job, key, outcome]) => `${job}/${key} ${outcome}`).sort(),
    analysed: analysed.sort(),
  };
}

/** What one process finds that nobody disturbs. */
async function undisturbed(): Promise<Found> {
  const { folder, config } = await prepared();
  await land(folder, '2026-11-26');
  await shadowcheck(folder, 'compare', '--config', config, '--quiet');
  expect((await shadowcheck(folder, 'analyze', '--config', config, '--quiet')).code).toBe(0);
  return foundIn(folder);
}

/** Both sides of a partition that differs, data first and marker last. */
async function land(folder: string, day: string): Promise<void> {
  for (const side of ['production', 'shadow']) {
    const table = join(folder, 'warehouse', side, 'orders');
    const marker = join(table, 'ds=2026-11-19', '_SUCCESS');
    await cp(join(table, 'ds=2026-11-19'), join(table, `ds=${day}`), {
      recursive: true,
      filter: (path) => path !== marker,
    });
    await cp(marker, join(table, `ds=${day}`, '_SUCCESS'));
  }
}

describe('two processes on one store', () => {
  test('share the work and lose none, also when one is killed in the middle of it', async () => {
    const expected = await undisturbed();
    const { folder, config } = await prepared();
    const [one, other] = [await serving(config), await serving(config)];
    expect(one.address).not.toBe(other.address);
    await wait(Math.random() * 4000);
    one.child.kill('SIGKILL');
    expect(await one.ended).toBe('SIGKILL');
    await land(folder, '2026-11-26');
    await until(
      async () => ((await foundIn(folder)).analysed.length >= expected.analysed.length ? true : null),
      () => `not done: ${other.log().slice(-3000)}`,
    );
    other.child.kill('SIGTERM');
    expect(await other.ended).toBe(0);
    const found = await foundIn(folder);
    expect(found.comparisons).toEqual(expected.comparisons);
    expect(found.logged).toEqual(expected.logged);
    expect(found.analysed).toEqual(expected.analysed);
    expect(found.comparisons).toContain('orders/ds=2026-11-26 mismatch');
  }, 120_000);
});

describe('a signal', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('%s in the middle of work ends it with 0 within 10 s', async (signal) => {
    const { config } = await prepared();
    const serve = await serving(config);
    await until(
      () => (serve.log().includes('pair compared') ? true : null),
      () => 'it compared nothing',
    );
    const start = performance.now();
    serve.child.kill(signal);
    expect(await serve.ended, serve.log().slice(-2000)).toBe(0);
    expect(performance.now() - start).toBeLessThan(10_000);
    // Its own workers are gone with it.
    expect(await (await fetch(`${serve.address}/healthz`).catch(() => null))?.text()).toBe(undefined);
  });

  test.each([
    ['SIGTERM', 'SIGINT', 130],
    ['SIGINT', 'SIGTERM', 143],
    ['SIGTERM', 'SIGTERM', 143],
  ] as const)('%s asks for a good end, and %s after it ends at once', async (first, second, code) => {
    const script = fileURLToPath(new URL('./asked-to-end.ts', import.meta.url));
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL')); // one that did not end would keep the test runner from ending
    const ended = new Promise((resolve) => child.on('exit', (exit, by) => resolve(exit ?? by)));
    let told = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      told += text;
    });
    const heard = (word: string) =>
      until(
        () => (told.includes(word) ? true : null),
        () => `never ${word}`,
      );
    await heard('started');
    child.kill(first);
    await heard('asked');
    child.kill(second);
    expect(await ended).toBe(code);
  });
});

describe('a clock', () => {
  test('that stands still stops nothing: what lands is compared and analysed', async () => {
    const { folder, config } = await prepared();
    const still = join(folder, 'still.mjs');
    await writeFile(
      still,
      `const at = Date.now();
const Real = Date;
globalThis.Date = class extends Real { constructor(...given) { super(...(given.length === 0 ? [at] : given)); } static now() { return at; } };`,
    );
    const serve = await serving(config, { NODE_OPTIONS: `--import ${still}` });
    await until(
      async () => {
        const samples = await metricsOf(serve);
        return samples.get('shadowcheck_slots{state="committed"}') === 1 ? true : null;
      },
      () => 'nothing was analysed',
    );
    const count = async () => (await metricsOf(serve)).get('shadowcheck_comparisons_total{outcome="mismatch"}') ?? 0;
    const before = await count();
    await land(folder, '2026-11-26');
    await until(
      async () => ((await count()) === before + 1 ? true : null),
      () => 'the new landing was not compared',
    );
    serve.child.kill('SIGTERM');
    expect(await serve.ended).toBe(0);
  });
});

describe('a config', () => {
  test('that is broken while the service runs shows in /readyz, and its repair does', async () => {
    const { config } = await prepared();
    const serve = await serving(config);
    const good = await readFile(config, 'utf8');
    const problems = async (): Promise<{ status: number; codes: string[] }> => {
      const answer = await fetch(`${serve.address}/readyz`);
      const body = (await answer.json()) as { problems: { code: string }[] };
      return { status: answer.status, codes: body.problems.map(({ code }) => code) };
    };
    await until(
      async () => ((await problems()).status === 200 ? true : null),
      () => 'it was never ready',
    );
    await writeFile(config, good.replace('schedules:', 'shedules:'));
    const broken = await until(
      async () => {
        const found = await problems();
        return found.status === 503 ? found : null;
      },
      () => 'the broken config was not told',
    );
    expect(broken.codes.every((code) => code.startsWith('config_'))).toBe(true);
    expect((await metricsOf(serve)).get('shadowcheck_config_broken')).toBe(1);
    await writeFile(config, good);
    await until(
      async () => ((await problems()).status === 200 ? true : null),
      () => 'the repair was not told',
    );
  });

  test('whose address is taken, or whose store cannot be used, ends the start with words', async () => {
    const { folder, config } = await prepared();
    const first = await serving(config);
    const taken = join(folder, 'taken.yaml');
    const port = new URL(first.address).port;
    await writeFile(taken, (await readFile(config, 'utf8')).replace('127.0.0.1:0', `127.0.0.1:${port}`));
    await expect(startServe(taken)).rejects.toThrow(/it ended with 4: .*address_in_use/);
    const unusable = join(folder, 'unusable.yaml');
    await writeFile(join(folder, 'file'), '');
    await writeFile(unusable, (await readFile(config, 'utf8')).replace('store: ./store', 'store: ./file/store'));
    await expect(startServe(unusable)).rejects.toThrow(/it ended with 4: .*file/);
  });
});
