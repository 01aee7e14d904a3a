/**
 * Free text without sensitive values: sentences, conditions, SQL, commands, messages.
 *
 * Raw values that are shown somewhere in the report are known, and replaced wherever they stand, also as SQL, JSON and
 * URLs write them. Then addresses and numbers of persons go, by their form. Values that are not known go by where they
 * stand: literals that are compared with a sensitive column, and what a sentence or message quotes.
 */
import { literalPattern } from './literal-pattern.ts';
import { isPersonal, PERSONAL_PATTERN } from './personal-data.ts';
import { isToken, TOKEN_PATTERN } from './token.ts';

export interface TextMask {
  /** Replaces known values and personal data. */
  readonly path: (text: string) => string;
  /** In SQL and prose literals beside sensitive columns go, too. */
  readonly text: (text: string) => string;
  /** For a sentence about sensitive columns: what is quoted in it goes, too. */
  readonly sentence: (text: string) => string;
  /** For a message of the engine, which quotes the value that it stumbled over, of whichever column. */
  readonly message: (text: string) => string;
}

type Token = (value: string) => string;

/**
 * @param secrets raw values of sensitive columns
 * @param names sensitive columns
 * @param columns all columns: their names are no values where they are quoted
 * @param open values that stay: those of the partition itself, without which no path or command would be of use
 */
export function textMask(
  secrets: Iterable<string>,
  names: readonly string[],
  columns: readonly string[],
  open: ReadonlySet<string>,
  makeToken: Token,
): TextMask {
  const token = (value: string): string => (open.has(value) || isToken(value) ? value : makeToken(value));
  const replaceKnown = knownMask(secrets, token);
  const replaceBeside = besideMask(names, token);
  const isName = new Set(columns.map((name) => name.toLowerCase()));
  const path = (original: string): string => replacePersonal(replaceKnown(original), token);
  const text = (original: string): string => replaceBeside(path(original));
  return {
    path,
    text,
    sentence: (original) => replaceQuoted(text(original), isName, token),
    message: (original) => replaceMessage(text(original), token),
  };
}

/** A form in which a value may be written, with the value. */
interface WrittenForm {
  readonly form: string;
  readonly lower: string;
  readonly value: string;
}

const PATTERN_MAX = 1_000;

function knownMask(secrets: Iterable<string>, token: Token): Token {
  const forms = [...secrets].flatMap(formsOf).sort(longestFirst);
  return (original) => {
    const lower = original.toLowerCase();
    // Few of the thousands of values stand in any one text, and one pattern of all of them would be slow.
    const present = forms.filter((known) => original.includes(known.form) || lower.includes(known.lower));
    let text = original;
    for (const { form, value } of present) {
      if (form.length > PATTERN_MAX) text = text.replaceAll(form, () => token(value));
    }
    const short = present.filter(({ form }) => form.length <= PATTERN_MAX);
    if (short.length === 0) return text;
    const values = new Map(short.map(({ form, value }) => [form, value]));
    const pattern = new RegExp(`(${TOKEN_PATTERN})|${short.map(({ form }) => formPattern(form)).join('|')}`, 'giu');
    return text.replace(pattern, (found: string, earlier: string | undefined) =>
      earlier !== undefined && !values.has(found) ? found : token(values.get(found) ?? found),
    );
  };
}

function formsOf(value: string): readonly WrittenForm[] {
  const written = [
    value,
    value.trim(),
    value.replaceAll("'", "''"),
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value.toWellFormed()),
  ];
  return [...new Set(written)]
    .filter((form) => form !== '')
    .map((form) => ({ form, lower: form.toLowerCase(), value }));
}

function longestFirst(one: WrittenForm, other: WrittenForm): number {
  return other.form.length - one.form.length || (one.form < other.form ? -1 : one.form > other.form ? 1 : 0);
}

/**
 * A short value, or a number of few digits, would tear words and counts apart that have nothing to do with it: it is
 * replaced where it is quoted. A number is not replaced inside a longer one.
 */
function formPattern(form: string): string {
  const literal = literalPattern(form);
  if (/^[\d.,+-]+$/.test(form)) {
    return form.replace(/\D/g, '').length < 6 ? quotedPattern(literal) : `(?<!\\d|\\d\\.)${literal}(?!\\d|\\.\\d)`;
  }
  return form.length < 4 ? quotedPattern(literal) : literal;
}

function quotedPattern(literal: string): string {
  return ["''", '""', '``', '«»', '“”'].map((pair) => `(?<=${pair[0]})${literal}(?=${pair[1]})`).join('|');
}

const personal = new RegExp(`(${TOKEN_PATTERN})|${PERSONAL_PATTERN}`, 'giu');

function replacePersonal(text: string, token: Token): string {
  return text.replace(personal, (found: string, earlier: string | undefined) =>
    earlier === undefined && isPersonal(found) ? token(found) : found,
  );
}

const LITERAL = String.raw`'(?:[^']|'')*'|[+-]?\d[\d.]*(?:[eE][+-]?\d+)?(?![\w./-])`;
const OPERATOR = String.raw`=|<>|!=|<=|>=|<|>|\b(?:IS\s+(?:NOT\s+)?DISTINCT\s+FROM|(?:NOT\s+)?(?:I?LIKE|BETWEEN|IN)|SIMILAR\s+TO|GLOB)\b`;
const literal = new RegExp(LITERAL, 'g');

/** `email = 'x'`, `"email" IN ('x', 'y')`, `lower(email) LIKE 'x%'` */
function besideMask(names: readonly string[], token: Token): Token {
  if (names.length === 0) return (text) => text;
  const columns = names.map((name) => literalPattern(name.replaceAll('"', '""'))).join('|');
  const beside = new RegExp(
    `((?<![\\p{L}\\p{N}_])(?:${columns})(?![\\p{L}\\p{N}_])"?\\)*\\s*(?:${OPERATOR})\\s*\\(?\\s*)((?:${LITERAL})(?:\\s*(?:,|AND)\\s*(?:${LITERAL}))*)`,
    'giu',
  );
  return (text) =>
    text.replace(beside, (_match, condition: string, literals: string) => {
      return condition + literals.replace(literal, (value) => `'${token(unquote(value))}'`);
    });
}

function unquote(value: string): string {
  return value.startsWith("'") ? value.slice(1, -1).replaceAll("''", "'") : value;
}

const QUOTED =
  /(?<![\p{L}\p{N}])(?:'((?:[^'\n]|'')*)'|"([^"\n]*)"|`([^`\n]*)`|«([^»\n]*)»|“([^”\n]*)”)(?![\p{L}\p{N}])/gu;

function replaceQuoted(text: string, isName: ReadonlySet<string>, token: Token): string {
  return text.replace(QUOTED, (found: string, ...inside: (string | undefined)[]) => {
    const value = inside.slice(0, 5).find((part) => part !== undefined) ?? '';
    if (value === '' || isName.has(value.toLowerCase())) return found;
    return found[0] + token(found.startsWith("'") ? unquote(found) : value) + found.at(-1);
  });
}

const MESSAGE_QUOTE = /\b((?:string|value|blob|format|convert|parse|cast)(?: \w+){0,2}:? )(["'])([^\n]*?)\2/gi;
const MESSAGE_VALUE = /\b(with value )(?!tok_)([^\s"']+)/gi;

function replaceMessage(text: string, token: Token): string {
  return text
    .replace(
      MESSAGE_QUOTE,
      (_match, start: string, quote: string, value: string) => start + quote + token(value) + quote,
    )
    .replace(MESSAGE_VALUE, (_match, start: string, value: string) => start + token(value));
}
