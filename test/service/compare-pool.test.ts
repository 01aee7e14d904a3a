import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { CompareBatch } from '../../src/detect/compare-request.ts';
import { smallerBatch } from '../../src/service/compare-pool.ts';
import { workerUrl } from '../../src/service/worker-url.ts';

const batch: CompareBatch = { requests: [], threads: 4, memory_bytes: 1_000n, spill: 'spill' };

test('the smaller try has one thread and half the memory, and is otherwise the same', () => {
  expect(smallerBatch(batch, 9_000n)).toEqual({ ...batch, threads: 1, memory_bytes: 500n });
  expect(smallerBatch({ ...batch, memory_bytes: null }, 9_000n).memory_bytes).toBe(4_500n);
});

test('the worker is where its pool looks for it', () => {
  expect(existsSync(workerUrl('compare-worker'))).toBe(true);
});
