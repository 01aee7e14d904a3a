/** Options that several commands share, and how their texts become values. All problems of one command line are told at once. */

import { TYPE_FAMILIES, targetOf } from '../compare/rule-target.ts';
import { parseByteSize, parseDuration, parseTimeSpan } from '../config/scalars.ts';
import { OperatingError, type Trouble } from '../core/operating-error.ts';
import { EXIT_CODES } from '../core/outcome.ts';
import { SIDES, type Sided } from '../core/side.ts';
import {
  type ColumnExpression,
  NORMALISATIONS,
  type Normalisation,
  type NormaliseRule,
  type RuleTarget,
  type Tolerance,
} from '../core/spec.ts';

/**
 * For options that may be given several times and hold several names each: `-k a,b -k c`. A name that holds a comma is
 * escaped: `a\,b`. `before` is false where `--no-key` stands before `--key`: the last one counts.
 */
export function collectNames(text: string, before: readonly string[] | false = []): readonly string[] {
  const names = text.split(/(?<!\\),/).map((name) => name.trim().replaceAll('\\,', ','));
  return [...(before === false ? [] : before), ...names.filter((name) => name !== '')];
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

/** Names that an option was given; a list without one (`--key ""`, an empty variable of a shell) is told, not taken for none. */
export function requireNames(option: string, names: readonly string[] | undefined, problems: Problems): void {
  if (names?.length === 0) problems.add(option, 'names no column', `${option} id, or leave the option out`);
}

/** What stands before the last `=`: nothing for all, a column, or `type:float`; null, and told, for a type that there is not. */
function parseTarget(option: string, text: string | null, problems: Problems): RuleTarget | null {
  if (text === null) return { column: null, type: null };
  const target = targetOf(text);
  if (target === null) {
    problems.add(`${option} ${text}`, 'names no type of values', `type: and one of ${TYPE_FAMILIES.join(', ')}`);
  }
  return target;
}

/** `0.01` for all, `price=0.01` for one column, `type:float=0.01` for a type; those of one target become one tolerance. */
export function parseTolerances(
  given: { readonly abs: readonly string[]; readonly rel: readonly string[]; readonly time: readonly string[] },
  problems: Problems,
): readonly Tolerance[] {
  const byTarget = new Map<string, Tolerance>();
  const read = (
    texts: readonly string[],
    option: string,
    part: (amount: string) => Partial<Tolerance> | null,
  ): void => {
    for (const text of texts) {
      const at = text.lastIndexOf('=');
      const found = part(text.slice(at + 1));
      const target = parseTarget(option, at < 0 ? null : text.slice(0, at), problems);
      if (found === null) {
        const [amount, type] = option === '--time-tol' ? TIME_WORDS : NUMBER_WORDS;
        problems.add(`${option} ${text}`, 'is no tolerance', `${amount}, or column=…, or type:${type}=…`);
      } else if (target !== null) {
        const id = JSON.stringify([target.column, target.type]);
        byTarget.set(id, { ...(byTarget.get(id) ?? { ...target, abs: 0, rel: 0, time_us: 0 }), ...found });
      }
    }
  };
  read(given.abs, '--abs-tol', (text) => parseDistance(text, (abs) => ({ abs })));
  read(given.rel, '--rel-tol', (text) => parseDistance(text, (rel) => ({ rel })));
  read(given.time, '--time-tol', (text) => {
    const time_us = /^0+(us|ms|s|m|h|d|w)$/.test(text) ? 0 : parseTimeSpan(text);
    return time_us === null ? null : { time_us };
  });
  return [...byTarget.values()];
}

const NUMBER_WORDS = ['a number of at least 0', 'float'] as const;
const TIME_WORDS = ['a time such as 2s or 500ms', 'timestamp'] as const;

function parseDistance<T>(text: string, make: (number: number) => T): T | null {
  const number = Number(text);
  return text.trim() !== '' && Number.isFinite(number) && number >= 0 ? make(number) : null;
}

/** Per rule the targets that it was given: `true` for all that it fits, else columns and types, comma between. */
export function parseNormalise(
  given: Readonly<Partial<Record<Normalisation, RuleColumns | undefined>>>,
  problems: Problems,
): readonly NormaliseRule[] {
  return NORMALISATIONS.flatMap((rule) =>
    [given[rule] ?? []].flat().flatMap((targets) => {
      const option = `--${rule.replaceAll('_', '-')}`;
      const names = targets === true ? [null] : collectNames(targets);
      requireNames(option, names.map(String), problems);
      return names.flatMap((name) => {
        const target = parseTarget(option, name, problems);
        return target === null ? [] : [{ ...target, rule }];
      });
    }),
  );
}

/** `name=trim(name)` for both sides or for one; those of one column become one expression. */
export function parseExpressions(
  given: Sided<readonly string[]> & { readonly both: readonly string[] },
  problems: Problems,
): readonly ColumnExpression[] {
  const byColumn = new Map<string, ColumnExpression>();
  for (const which of ['both', ...SIDES] as const) {
    for (const text of given[which]) {
      const at = text.indexOf('=');
      const [column, expression] = [text.slice(0, at), text.slice(at + 1)];
      if (at < 1 || expression.trim() === '') {
        const option = which === 'both' ? '--expression' : `--expression-${which}`;
        problems.add(`${option} ${text}`, 'is no expression for a column', 'column=SQL, such as name=upper(name)');
        continue;
      }
      const before = byColumn.get(column) ?? { column, production: null, shadow: null };
      const sides = which === 'both' ? { production: expression, shadow: expression } : { [which]: expression };
      byColumn.set(column, { ...before, ...sides });
    }
  }
  return [...byColumn.values()];
}

/** The columns of a rule: `true` for all that it fits, which is what commander itself gives where none is named. */
export type RuleColumns = true | readonly (string | true)[];

/** For a rule that may be given several times, with columns or without. */
export function collectOptional(text: string, before: RuleColumns = []): RuleColumns {
  return [...(before === true ? [true as const] : before), text];
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
  if (text.trim() !== '' && Number.isSafeInteger(number) && number >= min) return number;
  problems.add(`${option} ${text}`, `is no whole number of at least ${min}`);
  return null;
}

/** `30s`, `10m`; milliseconds. */
export function parseTime(option: string, text: string | undefined, problems: Problems): number | null {
  return parseBy(parseDuration, text, () =>
    problems.add(`${option} ${text}`, 'is no duration', 'such as 500ms, 30s, 10m, 2h'),
  );
}

/** `2GB`, `512MiB`; bytes. */
export function parseBytes(option: string, text: string | undefined, problems: Problems): number | null {
  return parseBy(parseByteSize, text, () =>
    problems.add(`${option} ${text}`, 'is no size', 'such as 512MB, 2GB, 1GiB'),
  );
}

function parseBy(parse: (text: string) => number | null, text: string | undefined, tell: () => void): number | null {
  if (text === undefined) return null;
  const parsed = parse(text);
  if (parsed === null) tell();
  return parsed;
}
