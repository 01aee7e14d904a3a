import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { PLAIN_SPEC } from '../../src/core/spec.ts';
import type { CompareBatch, CompareRequest } from '../../src/detect/compare-request.ts';
import { type ComparePool, createComparePool } from '../../src/service/compare-pool.ts';

const MIB = 2 ** 20;
let folder: string;
let batches = 0;
const pools: ComparePool[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shadowcheck-compare-pool-'));
  await writeFile(join(folder, 'one.csv'), 'id,amount\n1,10\n2,20\n');
  await writeFile(join(folder, 'other.csv'), 'id,amount\n1,10\n2,21\n');
});
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function pool(options: Partial<Parameters<typeof createComparePool>[0]> = {}): ComparePool {
  const made = createComparePool({ size: 2, timeout_ms: 20_000, memory_bytes: 1024 * MIB, ...options });
  pools.push(made);
  return made;
}

const odd = (timeout_ms = 20_000): ComparePool =>
  pool({ worker: new URL('./odd-compare-worker.ts', import.meta.url), timeout_ms });

function batchOf(jobs: readonly string[]): CompareBatch {
  batches += 1;
  const landing = (side: 'production' | 'shadow', name: string) =>
    ({
      side,
      location: join(folder, name),
      system: null,
      build: null,
      landed: { marker: null },
      format: null,
    }) as const;
  const requests = jobs.map(
    (job, i): CompareRequest => ({
      comparison_id: `c${i}`,
      job,
      partition_key: 'ds=2026-11-20',
      landings: { production: landing('production', 'one.csv'), shadow: landing('shadow', job) },
      spec: { ...PLAIN_SPEC, key: ['id'] },
      known: { production: [], shadow: [] },
      manifests: { production: null, shadow: null },
      anew: false,
    }),
  );
  return { requests, threads: 1, memory_bytes: null, spill: join(folder, `spill-${batches}`) };
}

test('a batch comes back whole from a child, and its folder is gone', async () => {
  const batch = batchOf(['one.csv', 'other.csv', 'none.csv']);
  const results = await pool().run(batch);
  expect(results).toMatchObject([
    { comparison_id: 'c0', outcome: 'match', sides: { shadow: { row_count: 2n } } },
    { comparison_id: 'c1', outcome: 'mismatch', differing_columns: ['amount'] },
    { comparison_id: 'c2', outcome: 'inconclusive', inconclusive_reason: 'shadow_missing' },
  ]);
  expect((await readdir(folder)).filter((name) => name.startsWith('spill'))).toEqual([]);
});

test('a pair that kills the worker is undecided alone; the others of its batch are decided', async () => {
  const batch = batchOf(['fine', 'crash', 'fine']);
  const results = await odd().run(batch);
  expect(results.map(({ comparison_id, outcome }) => [comparison_id, outcome])).toEqual([
    ['c0', 'match'],
    ['c1', 'inconclusive'],
    ['c2', 'match'],
  ]);
  expect(results[1]).toMatchObject({ inconclusive_reason: 'cancelled', sides: { shadow: { row_count: null } } });
  expect(results[1]?.reason_text).toContain('exited with code 7');
});

test('a pair that overruns the deadline is undecided alone', async () => {
  const results = await odd(1_500).run(batchOf(['fine', 'hang']));
  expect(results.map(({ inconclusive_reason }) => inconclusive_reason)).toEqual([null, 'deadline']);
  expect(results[1]?.seconds).toBeGreaterThan(1.4);
});

test('a bug of ours is told as one, without the values in its message', async () => {
  const results = await odd().run(batchOf(['bug', 'fine']));
  expect(results.map(({ outcome }) => outcome)).toEqual(['inconclusive', 'match']);
  expect(results[0]).toMatchObject({ inconclusive_reason: 'cancelled' });
  expect(results[0]?.reason_text).toMatch(/TypeError.*bug/);
  expect(results[0]?.reason_text).not.toContain('ann@');
});

test('trouble of the machine is nobody’s result', async () => {
  await expect(odd().run(batchOf(['fine', 'full']))).rejects.toMatchObject({ exitCode: 4 });
  const broken = pool({ worker: new URL('./broken-worker.ts', import.meta.url) });
  await expect(broken.run(batchOf(['fine']))).rejects.toMatchObject({ exitCode: 4 });
});

test('a closed pool answers everything as cancelled, and leaves no folder', async () => {
  const closing = odd();
  const batch = batchOf(['hang', 'fine']);
  await mkdir(batch.spill);
  const running = closing.run(batch);
  const waiting = closing.run(batchOf(['fine']));
  await new Promise((resolve) => setTimeout(resolve, 300));
  await closing.close();
  expect((await running).map(({ inconclusive_reason }) => inconclusive_reason)).toEqual(['cancelled', 'cancelled']);
  expect((await waiting).map(({ outcome }) => outcome)).toHaveLength(1);
  expect((await closing.run(batchOf(['fine'])))[0]?.inconclusive_reason).toBe('cancelled');
  expect((await readdir(folder)).filter((name) => name.startsWith('spill'))).toEqual([]);
});
