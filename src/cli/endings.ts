/** Every way in which the process ends that is not a command's own exit code, so that no such end reads as a mismatch. */
import { constants } from 'node:os';
import { EXIT_CODES } from '../core/outcome.ts';

/** Node's default for these leaves 'exit' hooks out, and with them what was converted or copied for the work. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function endBy(signal: (typeof SIGNALS)[number]): void {
  process.exit(128 + constants.signals[signal]);
}

/** What the next of these signals does. */
let act: (signal: (typeof SIGNALS)[number]) => void = endBy;
let isListening = false;

/**
 * One listener for good: a signal that has arrived and was not told yet is lost when its listener is taken off, also
 * where another one is put on in the same turn.
 */
function listen(): void {
  if (isListening) return;
  isListening = true;
  for (const signal of SIGNALS) process.on(signal, () => act(signal));
}

/** Ends the process with 130, 143 or 129 on SIGINT, SIGTERM and SIGHUP, its 'exit' hooks run. */
export function endOnSignals(): void {
  listen();
}

/** Resolves on the first SIGTERM or SIGINT, which asks for a good end; the second of either ends the process at once. */
export function untilTerminated(): Promise<void> {
  listen();
  return new Promise((resolve) => {
    act = (signal) => {
      if (signal === 'SIGHUP') endBy(signal);
      act = endBy;
      resolve();
    };
  });
}

/**
 * A reader that closes the pipe has seen enough: what else is written to it goes nowhere, and the command ends with its
 * own exit code, because `gate … | head -1` must not pass a build that failed. Any other failure of a stream loses results
 * that somebody waits for, and ends the process with 4.
 */
export function endOnLostOutput(streams: readonly NodeJS.WriteStream[], tell: (message: string) => void): void {
  for (const stream of streams) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED') return;
      if (stream !== process.stderr) tell(`the results could not be written (${error.code ?? error.name})`);
      process.exit(EXIT_CODES.infrastructure);
    });
  }
}

/** Node would exit with 1, which means a mismatch here. `tell` says what it was and returns the exit code. */
export function endOnUncaught(tell: (error: unknown) => number): void {
  process.on('uncaughtException', (error) => process.exit(tell(error)));
  process.on('unhandledRejection', (error) => process.exit(tell(error)));
}
