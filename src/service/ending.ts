/** How one try of a work item in a child process ended, and what follows from that. Pure: the pool acts on it. */
import { Inconclusive } from '../core/outcome.ts';

export type Ending =
  | { readonly kind: 'answered'; readonly result: unknown }
  /** The work itself threw; the child lives. */
  | { readonly kind: 'threw'; readonly error: Error }
  | { readonly kind: 'overran' }
  /** Killed by us above the ceiling. */
  | { readonly kind: 'outgrew'; readonly resident_bytes: number }
  | {
      readonly kind: 'died';
      readonly exit_code: number | null;
      readonly signal: string | null;
      readonly stderr: string;
    }
  | { readonly kind: 'closed' };

export type Decision =
  | { readonly act: 'resolve'; readonly result: unknown }
  | { readonly act: 'reject'; readonly error: Error }
  | { readonly act: 'retry'; readonly smaller: boolean };

export interface TryLimits {
  readonly timeout_ms: number;
  readonly memory_bytes: number;
}

/**
 * What to do after the `attempt`-th try (from 1). Want of memory gets one smaller try, a death one equal try, in case it
 * was chance. A deadline gets none: the item had its time.
 *
 * A death that repeats is `cancelled`. Every other reason of the closed list would claim something that nobody saw: that
 * a side is unreadable or corrupt, or that a limit was reached. `cancelled` says only that the look was ended before it
 * could decide, so the item stays owed.
 */
export function judgeEnding(ending: Ending, attempt: number, limits: TryLimits): Decision {
  switch (ending.kind) {
    case 'answered':
      return { act: 'resolve', result: ending.result };
    case 'threw':
      return { act: 'reject', error: ending.error };
    case 'overran':
      return inconclusive('deadline', `not done after ${limits.timeout_ms} ms`);
    case 'closed':
      return inconclusive('cancelled', 'the worker pool was closed');
    case 'outgrew': {
      if (attempt === 1) return { act: 'retry', smaller: true };
      const sizes = `${mebibytes(ending.resident_bytes)} resident, ceiling ${mebibytes(limits.memory_bytes)}`;
      return inconclusive('out_of_memory', `the worker process outgrew its memory twice (${sizes})`);
    }
    case 'died': {
      const memory = isWantOfMemory(ending);
      if (attempt === 1) return { act: 'retry', smaller: memory };
      return inconclusive(memory ? 'out_of_memory' : 'cancelled', `the worker process ${printDeath(ending)}, twice`);
    }
  }
}

/** `was killed by SIGSEGV` or `exited with code 7`. */
export function printDeath(death: { readonly exit_code: number | null; readonly signal: string | null }): string {
  return death.signal === null ? `exited with code ${death.exit_code}` : `was killed by ${death.signal}`;
}

/** SIGKILL that is not ours is what the kernel sends when the machine's memory runs out; V8 says so, then aborts. */
function isWantOfMemory(death: Ending & { kind: 'died' }): boolean {
  return death.signal === 'SIGKILL' || /heap out of memory|bad_alloc/.test(death.stderr);
}

function inconclusive(reason: 'deadline' | 'cancelled' | 'out_of_memory', detail: string): Decision {
  return { act: 'reject', error: new Inconclusive(reason, detail) };
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
