/**
 * What may be told of an error that our own code threw: its name, and where it happened. Never its message, nor its stack
 * as it is, which begins with the message: what was thrown at work with data may quote the data.
 */

/** `TypeError`; the type of what is no error. */
export function bugName(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

/** One clause for logs, the catalog and HTTP: `our own code failed (TypeError)`. */
export function printBug(error: unknown): string {
  return `our own code failed (${bugName(error)})`;
}

/** The lines `    at …` of its stack, innermost first; none for what is no error. */
export function bugFrames(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [];
  const stack = error.stack ?? '';
  const at = stack.indexOf(error.message);
  // A line of the message may look like a frame.
  const after = at < 0 ? stack : stack.slice(at + error.message.length);
  return after.split('\n').filter((line) => /^\s+at /.test(line));
}
