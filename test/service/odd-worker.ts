/** A worker that does what its item says, most of it bad. */
import { OperatingError } from '../../src/core/operating-error.ts';
import { Inconclusive } from '../../src/core/outcome.ts';
import { serveWork } from '../../src/service/serve-work.ts';

export interface OddItem {
  readonly act:
    | 'answer'
    | 'answer_when_cancelled'
    | 'answer_a_function'
    | 'busy_loop'
    | 'stop'
    | 'allocate'
    | 'allocate_unless_small'
    | 'crash'
    | 'crash_once'
    | 'segfault'
    | 'throw_early'
    | 'inconclusive'
    | 'operating_error'
    | 'grow_and_answer';
  readonly payload?: unknown;
  readonly small?: boolean;
}

export interface OddResult {
  readonly pid: number;
  readonly payload: unknown;
  readonly small: boolean;
}

const kept: Buffer[] = [];

serveWork<OddItem, unknown>((item, overdue) => {
  const result: OddResult = { pid: process.pid, payload: item.payload, small: item.small ?? false };
  switch (item.act) {
    case 'answer':
      return Promise.resolve(result);
    case 'answer_when_cancelled':
      return untilAborted(overdue).then(() => result);
    case 'answer_a_function':
      return Promise.resolve(() => result);
    case 'busy_loop':
      return busyLoop();
    case 'stop':
      process.kill(process.pid, 'SIGSTOP');
      return Promise.resolve(result);
    case 'allocate':
      return allocate(Number.POSITIVE_INFINITY).then(() => result);
    case 'allocate_unless_small':
      return item.small ? Promise.resolve(result) : allocate(Number.POSITIVE_INFINITY).then(() => result);
    case 'grow_and_answer':
      return allocate(Number(item.payload)).then(() => result);
    case 'crash':
      process.exit(7);
      break;
    case 'crash_once':
      return crashOnce(String(item.payload)).then(() => result);
    case 'segfault':
      process.kill(process.pid, 'SIGSEGV');
      return new Promise(() => {});
    case 'throw_early':
      throw new RangeError('thrown before the first await');
    case 'inconclusive':
      throw new Inconclusive('shadow_corrupt', 'the footer is gone');
    case 'operating_error':
      throw new OperatingError(4, [
        { code: 'disk_full', subject: 'spill', message: 'no space left', hint: 'make room' },
        { code: 'not_writable', subject: 'reports', message: 'read-only' },
      ]);
  }
  return Promise.reject(new Error('unknown act'));
});

/** With a timer, as a running query would, so that the process does not end for want of anything to do. */
async function untilAborted(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, 10));
}

function busyLoop(): never {
  for (;;) Math.sqrt(2);
}

/** In steps, so that the parent's watch sees it grow; buffers are filled, or the kernel would not make them resident. */
async function allocate(bytes: number): Promise<void> {
  for (let taken = 0; taken < bytes; taken += 4 * 2 ** 20) {
    kept.push(Buffer.alloc(4 * 2 ** 20, 1));
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
}

async function crashOnce(marker: string): Promise<void> {
  const { existsSync, writeFileSync } = await import('node:fs');
  if (existsSync(marker)) return;
  writeFileSync(marker, '');
  process.exit(9);
}
