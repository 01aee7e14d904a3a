/** The words that pools tell the log are the words that the metrics count. */
import { afterEach, expect, test } from 'vitest';
import { openLog } from '../../src/service/log.ts';
import { createPool, type Pool } from '../../src/service/pool.ts';
import { type KillReason, killReasonOf } from '../../src/service/worker-kills.ts';
import type { OddItem } from './odd-worker.ts';

const pools: Pool<OddItem, unknown>[] = [];
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
});

function counted(timeout_ms: number): { readonly pool: Pool<OddItem, unknown>; readonly kills: KillReason[] } {
  const kills: KillReason[] = [];
  const log = openLog('warn', {}, (message) => {
    const reason = killReasonOf(message);
    if (reason !== null) kills.push(reason);
  });
  const pool = createPool<OddItem, unknown>({
    worker: new URL('./odd-worker.ts', import.meta.url),
    size: 1,
    timeout_ms,
    memory_bytes: 300e6,
    smaller: (item) => ({ ...item, small: true }),
    log: log.child({ scheduled_job: 'analyze-mismatches' }),
  });
  pools.push(pool);
  return { pool, kills };
}

test.each([
  ['crash', ['died', 'died']],
  ['busy_loop', ['deadline']],
  ['allocate', ['memory', 'memory']],
  ['answer', []],
] as const)('a worker that does this: %s', async (act, expected) => {
  const { pool, kills } = counted(act === 'busy_loop' ? 1000 : 50_000);
  await pool.run({ act }).catch(() => {});
  expect(kills).toEqual(expected);
});
