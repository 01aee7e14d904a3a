/** What was thrown in a child, as plain data: structured clone keeps an error's message, but drops its class and its own fields. */
import { OperatingError, type Trouble } from '../core/operating-error.ts';
import {
  EXIT_CODES,
  type ExitCode,
  INCONCLUSIVE_REASONS,
  Inconclusive,
  type InconclusiveReason,
} from '../core/outcome.ts';
import { EngineError } from '../engine/engine.ts';

export interface Thrown {
  readonly name: string;
  readonly message: string;
  readonly stack: string | null;
  /** Of an `Inconclusive`. */
  readonly reason: string | null;
  /** Of an `OperatingError`. */
  readonly exit_code: number | null;
  readonly troubles: readonly Trouble[] | null;
  /** Of an `EngineError`. */
  readonly engine_kind: string | null;
}

export function packThrown(thrown: unknown): Thrown {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const operating = error instanceof OperatingError ? error : null;
  return {
    name: error.name,
    message: error.message,
    stack: error.stack ?? null,
    reason: error instanceof Inconclusive ? error.reason : null,
    exit_code: operating?.exitCode ?? null,
    troubles: operating?.troubles ?? null,
    engine_kind: error instanceof EngineError ? error.kind : null,
  };
}

/** The error again, of its own class where the class is one of ours, with the stack of the child. */
export function unpackThrown(thrown: Thrown): Error {
  const error = rebuild(thrown);
  if (thrown.stack !== null) error.stack = thrown.stack;
  return error;
}

function rebuild(thrown: Thrown): Error {
  const { name, message, reason, exit_code: exitCode, troubles, engine_kind: kind } = thrown;
  if (isReason(reason)) return new Inconclusive(reason, message);
  if (troubles !== null && isExitCode(exitCode)) return new OperatingError(exitCode, troubles);
  if (kind !== null) return new EngineError(kind, message);
  const error = new Error(message);
  error.name = name;
  return error;
}

function isReason(text: string | null): text is InconclusiveReason {
  return (INCONCLUSIVE_REASONS as readonly (string | null)[]).includes(text);
}

function isExitCode(code: number | null): code is ExitCode {
  return (Object.values(EXIT_CODES) as (number | null)[]).includes(code);
}
