import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { OperatingError } from '../../src/core/operating-error.ts';
import { createPool, type Pool, type PoolOptions } from '../../src/service/pool.ts';
import { isAlive } from '../../src/service/process.ts';
import type { OddItem, OddResult } from './odd-worker.ts';
import { untilGone } from './process-state.ts';

const MIB = 2 ** 20;
const pools: Pool<OddItem, OddResult>[] = [];

function oddPool(options: Partial<PoolOptions<OddItem>> = {}): Pool<OddItem, OddResult> {
  const pool = createPool<OddItem, OddResult>({
    worker: new URL('./odd-worker.ts', import.meta.url),
    size: 2,
    timeout_ms: 20_000,
    memory_bytes: 512 * MIB,
    smaller: (item) => ({ ...item, small: true }),
    ...options,
  });
  pools.push(pool);
  return pool;
}

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

describe('work that goes well', () => {
  test('values cross both ways unchanged, bigint and dates too', async () => {
    const payload = { big: 2n ** 63n, at: new Date(0), text: '\u0000"\u202e', list: [null, undefined, -0] };
    const result = await oddPool().run({ act: 'answer', payload });
    expect(result.payload).toEqual(payload);
  });

  test('a child is kept warm, and no more are started than the size', async () => {
    const pool = oddPool({ size: 2 });
    const results = await Promise.all(Array.from({ length: 20 }, (_, payload) => pool.run({ act: 'answer', payload })));
    expect(results.map(({ payload }) => payload)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(new Set(results.map(({ pid }) => pid)).size).toBeLessThanOrEqual(2);
  });
});

describe('deadline', () => {
  test.each(['busy_loop', 'stop'] as const)('a child in %s is killed two seconds after it', async (act) => {
    const pool = oddPool({ size: 1, timeout_ms: 600 });
    const first = await pool.run({ act: 'answer' });
    const startedAt = performance.now();
    await expect(pool.run({ act })).rejects.toMatchObject({ name: 'Inconclusive', reason: 'deadline' });
    const seconds = (performance.now() - startedAt) / 1000;
    expect(seconds).toBeGreaterThan(2.5);
    expect(seconds).toBeLessThan(6);
    expect(isAlive(first.pid)).toBe(false);
  });

  test('an answer that comes after it is not believed, and the child is not used again', async () => {
    const pool = oddPool({ size: 1, timeout_ms: 600 });
    const first = await pool.run({ act: 'answer' });
    await expect(pool.run({ act: 'answer_when_cancelled' })).rejects.toMatchObject({ reason: 'deadline' });
    const next = await pool.run({ act: 'answer' });
    expect(next.pid).not.toBe(first.pid);
  });

  test('one hung item holds up nobody else', async () => {
    const pool = oddPool({ size: 2, timeout_ms: 3_000 });
    const hung = pool.run({ act: 'stop' }).catch((error: unknown) => error);
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: 10 }, () => pool.run({ act: 'answer' })));
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    expect(await hung).toMatchObject({ reason: 'deadline' });
  });
});

describe('memory ceiling', () => {
  test('a child above it is killed, and the item gets one smaller try', async () => {
    const pool = oddPool({ size: 1, memory_bytes: 160 * MIB });
    const first = await pool.run({ act: 'answer' });
    const result = await pool.run({ act: 'allocate_unless_small' });
    expect(result.small).toBe(true);
    expect(isAlive(first.pid)).toBe(false);
  });

  test('an item that outgrows it twice is inconclusive', async () => {
    const pool = oddPool({ memory_bytes: 160 * MIB });
    await expect(pool.run({ act: 'allocate' })).rejects.toMatchObject({ reason: 'out_of_memory' });
    expect((await pool.run({ act: 'answer', payload: 'still here' })).payload).toBe('still here');
  });

  test('a child that stays large after its item does not start the next one half full', async () => {
    const pool = oddPool({ size: 1, memory_bytes: 400 * MIB });
    const large = await pool.run({ act: 'grow_and_answer', payload: 240 * MIB });
    const next = await pool.run({ act: 'answer' });
    expect(next.pid).not.toBe(large.pid);
  });
});

describe('a child that dies', () => {
  test('by chance: the item is tried again and succeeds', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'shadowcheck-pool-'));
    const warnings: string[] = [];
    const pool = oddPool({ log: { warn: (_fields, message) => warnings.push(message) } });
    const marker = join(folder, 'crashed');
    expect((await pool.run({ act: 'crash_once', payload: marker })).payload).toBe(marker);
    expect(warnings).toEqual(['worker exited with code 9']);
    await rm(folder, { recursive: true });
  });

  test('each time: the item is inconclusive, the exit code or signal is named, the others go on', async () => {
    const pool = oddPool();
    const [crashed, faulted, ...others] = await Promise.allSettled([
      pool.run({ act: 'crash' }),
      pool.run({ act: 'segfault' }),
      ...Array.from({ length: 6 }, () => pool.run({ act: 'answer' })),
    ]);
    expect(crashed).toMatchObject({ reason: { reason: 'cancelled', message: /exited with code 7/ } });
    expect(faulted).toMatchObject({ reason: { reason: 'cancelled', message: /SIGSEGV/ } });
    expect(others.map(({ status }) => status)).toEqual(Array(6).fill('fulfilled'));
  });

  test('before it took work: that is the installation, not the item', async () => {
    const pool = oddPool({ worker: new URL('./broken-worker.ts', import.meta.url) });
    const error = await pool.run({ act: 'answer' }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OperatingError);
    expect(error).toMatchObject({ exitCode: 4, code: 'worker_not_started' });
    expect(String(error)).toContain('this worker is broken');
  });
});

describe('what the work throws', () => {
  test('comes back as what it was, and the child goes on', async () => {
    const pool = oddPool({ size: 1 });
    const { pid } = await pool.run({ act: 'answer' });
    await expect(pool.run({ act: 'inconclusive' })).rejects.toMatchObject({
      name: 'Inconclusive',
      reason: 'shadow_corrupt',
      message: 'the footer is gone',
    });
    await expect(pool.run({ act: 'operating_error' })).rejects.toMatchObject({
      name: 'OperatingError',
      exitCode: 4,
      troubles: [{ code: 'disk_full', hint: 'make room' }, { code: 'not_writable' }],
    });
    await expect(pool.run({ act: 'throw_early' })).rejects.toMatchObject({ name: 'RangeError' });
    expect((await pool.run({ act: 'answer' })).pid).toBe(pid);
  });

  test('an item or a result that cannot be sent is an error, not a hang', async () => {
    const pool = oddPool({ size: 1 });
    await expect(pool.run({ act: 'answer', payload: () => {} })).rejects.toThrow(/could not be cloned/);
    await expect(pool.run({ act: 'answer_a_function' })).rejects.toThrow(/could not be cloned/);
  });
});

describe('the end', () => {
  test('close kills busy and stopped children and cancels what waits', async () => {
    const pool = oddPool({ size: 1 });
    const { pid } = await pool.run({ act: 'answer' });
    const busy = pool.run({ act: 'stop' }).catch((error: unknown) => error);
    const waiting = pool.run({ act: 'answer' }).catch((error: unknown) => error);
    await pool.close();
    expect(await busy).toMatchObject({ reason: 'cancelled' });
    expect(await waiting).toMatchObject({ reason: 'cancelled' });
    expect(isAlive(pid)).toBe(false);
    await expect(pool.run({ act: 'answer' })).rejects.toMatchObject({ reason: 'cancelled' });
  });

  test.each(['SIGKILL', 'exit'] as const)('children die with their parent (%s)', async (how) => {
    const parent = fork(fileURLToPath(new URL('./parent-process.ts', import.meta.url)), [how], {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const [childIds] = (await once(parent, 'message')) as [number[]];
    expect(childIds).toHaveLength(2);
    if (how === 'SIGKILL') parent.kill('SIGKILL');
    await once(parent, 'exit');
    await untilGone(childIds);
    expect(childIds.filter(isAlive)).toEqual([]);
  });
});
