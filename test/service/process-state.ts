import { setTimeout as wait } from 'node:timers/promises';
import { isAlive } from '../../src/service/process.ts';

/** Waits until none of the processes lives, at most five seconds. */
export async function untilGone(processIds: readonly number[]): Promise<void> {
  const deadline = performance.now() + 5_000;
  while (processIds.some(isAlive) && performance.now() < deadline) await wait(20);
}
