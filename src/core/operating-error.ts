import type { ExitCode } from './outcome.ts';

export interface Trouble {
  /** Stable and searchable, `config_invalid`; the reference page lists every one. */
  readonly code: string;
  /** What the error is about: a job, a path, a column. */
  readonly subject: string;
  /** Where in the subject: `line 3, column 5`, a partition key, a log position. */
  readonly place?: string | undefined;
  readonly message: string;
  /** What the reader can do about it. */
  readonly hint?: string | undefined;
}

/**
 * An operating error: a missing file, a full disk, a bad config. Not a mismatch, which is data, and not a bug of ours,
 * which is a plain `Error`. Carries all problems that were found at once, never just the first.
 */
export class OperatingError extends Error {
  readonly troubles: readonly Trouble[];
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, trouble: Trouble | readonly Trouble[], options?: ErrorOptions) {
    const troubles = Array.isArray(trouble) ? (trouble as readonly Trouble[]) : [trouble as Trouble];
    super(troubles.map(printTrouble).join('\n'), options);
    this.name = 'OperatingError';
    this.troubles = troubles;
    this.exitCode = exitCode;
  }

  get code(): string {
    return this.troubles[0]?.code ?? 'unknown';
  }
}

/** One trouble as people read it: message, place, hint, code. */
export function printTrouble(trouble: Trouble): string {
  const place = trouble.place === undefined ? '' : ` (${trouble.place})`;
  const hint = trouble.hint === undefined ? '' : `\n  hint: ${trouble.hint}`;
  return `${trouble.subject}${place}: ${trouble.message} [${trouble.code}]${hint}`;
}

/** For catch clauses: what was thrown may be anything. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
