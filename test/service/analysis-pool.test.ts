import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { AnalysisRequest } from '../../src/analyze/request.ts';
import { smallerRequest } from '../../src/service/analysis-pool.ts';
import { workerUrl } from '../../src/service/worker-url.ts';

const request = { job: 'orders', threads: 4, memory_bytes: 1_000n } as AnalysisRequest;

test('the smaller try has one thread and half the memory, and is otherwise the same', () => {
  expect(smallerRequest(request, 9_000n)).toEqual({ job: 'orders', threads: 1, memory_bytes: 500n });
});

test('without a limit of its own the smaller try gets half of the ceiling', () => {
  expect(smallerRequest({ ...request, memory_bytes: null }, 9_000n).memory_bytes).toBe(4_500n);
});

test.each(['worker', 'query-worker'] as const)('%s is where its pool looks for it', (name) => {
  expect(existsSync(workerUrl(name))).toBe(true);
});
