/**
 * Counts the worker processes that died or were killed. The pools tell each in the log, so that is where they are counted:
 * every pool, whoever made it, and nothing that the log does not tell as well.
 */

export const KILL_REASONS = ['deadline', 'memory', 'died'] as const;
/** `died`: by itself, or by the kernel. */
export type KillReason = (typeof KILL_REASONS)[number];

/** What a pool's message says of a worker; null for everything else that a log may say. */
export function killReasonOf(message: string): KillReason | null {
  if (message === 'worker killed at its deadline') return 'deadline';
  if (message === 'worker killed for memory') return 'memory';
  return /^worker (was killed by|exited with code) /.test(message) ? 'died' : null;
}
