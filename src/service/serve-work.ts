/** The child's half of the pool: takes one work item at a time off the channel and answers it. */
import type { Thrown } from './thrown.ts';
import { packThrown } from './thrown.ts';

export type ToChild = { readonly item: unknown } | { readonly cancel: true };
export type FromChild =
  /** Sent once: the worker file has loaded. A death before it is the worker's fault, not an item's. */
  { readonly ready: true } | { readonly ok: true; readonly result: unknown } | { readonly error: Thrown };

/**
 * Does what the parent sends. `work` gets a signal that is aborted at the deadline; two seconds later the parent kills.
 */
export function serveWork<Item, Result>(work: (item: Item, overdue: AbortSignal) => Promise<Result>): void {
  let current: AbortController | null = null;

  process.on('message', (message: ToChild) => {
    if ('cancel' in message) {
      current?.abort();
      return;
    }
    const controller = new AbortController();
    current = controller;
    // Inside `then`, so that a `work` that throws before its first await is answered too.
    Promise.resolve(message.item as Item)
      .then((item) => work(item, controller.signal))
      .then((result) => answer({ ok: true, result }))
      // Also where the result cannot be cloned.
      .catch((error: unknown) => answer({ error: packThrown(error) }));
  });

  // SIGKILL rather than exit(): exit runs the native destructors under queries that still run.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  // Ctrl-C and service managers signal the whole process group; when a child ends is the parent's word alone.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => {});

  answer({ ready: true });
}

function answer(message: FromChild): void {
  if (process.send === undefined) throw new Error('a worker runs as the child of a pool only');
  process.send(message);
}
