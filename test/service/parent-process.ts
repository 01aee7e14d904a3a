/** A process with a pool of its own: tells the ids of its children, then waits to be killed, or exits with one child stopped. */
import { createPool } from '../../src/service/pool.ts';
import type { OddItem, OddResult } from './odd-worker.ts';

const pool = createPool<OddItem, OddResult>({
  worker: new URL('./odd-worker.ts', import.meta.url),
  size: 2,
  timeout_ms: 60_000,
  memory_bytes: 2 ** 30,
  smaller: (item) => item,
});
const [first, second] = await Promise.all([pool.run({ act: 'answer' }), pool.run({ act: 'answer' })]);
const exits = process.argv[2] === 'exit';
void pool.run({ act: exits ? 'stop' : 'answer_when_cancelled' });
process.send?.([first?.pid, second?.pid], () => {
  if (exits) setTimeout(() => process.exit(0), 200);
});
