/** Options that several commands share, and how their texts become values. All problems of one command line are told at once. */

import { OperatingError, type Trouble } from '../core/operating-error.ts';
import { EXIT_CODES } from '../core/outcome.ts';
import type { NormaliseRule, Tolerance } from '../core/spec.ts';

/** For options that may be given several times and hold several names each: `-k a,b -k c`. A name that holds a comma is escaped: `a\,b`. */
export function collectNames(text: string, before: readonly string[] = []): readonly string[] {
  const names = text.split(/(?<!\\),/).map((name) => name.trim().replaceAll('\\,', ','));
  return [...before, ...names.filter((name) => name !== '')];
}

/** For options that may be given several times and hold anything. */
export function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** Collects problems, so that a command line is refused once, with all of them. */
export class Problems {
  readonly #troubles: Trouble[] = [];

  add(subject: string, message: string, hint?: string): void {
    this.#troubles.push({ code: 'invalid_option', subject, message, hint });
  }

  throwIfAny(): void {
    if (this.#troubles.length > 0) throw new OperatingError(EXIT_CODES.usage, this.#troubles);
  }
}

/** `0.01` for all numbers, `price=0.01` for one column; absolute and relative ones of a column become one tolerance. */
export function parseTolerances(
  abs: readonly string[],
  rel: readonly string[],
  problems: Problems,
): readonly Tolerance[] {
  const byColumn = new Map<string | null, { abs: number; rel: number }>();
  const read = (texts: readonly string[], kind: 'abs' | 'rel'): void => {
    for (const text of texts) {
      const at = text.lastIndexOf('=');
      const column = at < 0 ? null : text.slice(0, at);
      const number = Number(text.slice(at + 1));
      if (text.slice(at + 1).trim() === '' || !Number.isFinite(number) || number < 0) {
        problems.add(`--${kind}-tol ${text}`, 'is no tolerance', 'a number of at least 0, or column=number');
        continue;
      }
      byColumn.set(column, { ...(byColumn.get(column) ?? { abs: 0, rel: 0 }), [kind]: number });
    }
  };
  read(abs, 'abs');
  read(rel, 'rel');
  return [...byColumn].map(([column, tolerance]) => ({ column, type: null, ...tolerance, time_us: 0 }));
}

/** `--trim` alone for every text column, `--trim name` for one. */
export function parseNormalise(
  trim: readonly (string | true)[],
  ignoreCase: readonly (string | true)[],
): readonly NormaliseRule[] {
  const rule =
    (name: NormaliseRule['rule']) =>
    (column: string | true): NormaliseRule => ({ column: column === true ? null : column, type: null, rule: name });
  return [...trim.map(rule('trim')), ...ignoreCase.map(rule('ignore_case'))];
}

/** Commander gives `true` for an option whose value is left out. */
export function collectOptional(
  text: string | true,
  before: readonly (string | true)[] = [],
): readonly (string | true)[] {
  return [...before, text];
}

/** `5%` or `0.05`; at most 1, more than 0. */
export function parseShare(text: string | undefined, problems: Problems): number | null {
  if (text === undefined) return null;
  const share = text.endsWith('%') ? Number(text.slice(0, -1)) / 100 : Number(text);
  if (share > 0 && share <= 1) return share;
  problems.add(`--sample ${text}`, 'is no share of the keys', 'between 0 and 100 %: --sample 5%');
  return null;
}

export function parseWhole(option: string, text: string | undefined, min: number, problems: Problems): number | null {
  if (text === undefined) return null;
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= min) return number;
  problems.add(`${option} ${text}`, `is no whole number of at least ${min}`);
  return null;
}

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `30s`, `10m`; milliseconds. */
export function parseDuration(option: string, text: string | undefined, problems: Problems): number | null {
  if (text === undefined) return null;
  const match = /^(\d+)(ms|s|m|h)$/.exec(text);
  const unit = UNITS_MS[match?.[2] ?? ''];
  if (match !== null && unit !== undefined) return Number(match[1]) * unit;
  problems.add(`${option} ${text}`, 'is no duration', 'such as 500ms, 30s, 10m, 2h');
  return null;
}

const BYTES: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KIB: 1024,
  MIB: 1024 ** 2,
  GIB: 1024 ** 3,
};

/** `2GB`, `512MiB`; bytes. */
export function parseBytes(option: string, text: string | undefined, problems: Problems): number | null {
  if (text === undefined) return null;
  const match = /^(\d+(?:\.\d+)?)\s*([KMG]?i?B)$/i.exec(text);
  const unit = BYTES[(match?.[2] ?? '').toUpperCase()];
  if (match !== null && unit !== undefined) return Math.round(Number(match[1]) * unit);
  problems.add(`${option} ${text}`, 'is no size', 'such as 512MB, 2GB, 1GiB');
  return null;
}
