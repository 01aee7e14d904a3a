/**
 * What the engine says of SQL that a user wrote, as an operating error. The engine quotes the data in its messages
 * (`Could not convert string 'ann@example.com' to INT32`), and data may hold quotation marks itself; so what is said of
 * values is said in our words, and of the engine's only what it says of names, which it has from schemas.
 */
import { OperatingError } from '../core/operating-error.ts';
import { EXIT_CODES } from '../core/outcome.ts';
import type { EngineError } from '../engine/engine.ts';

export interface UserSql {
  readonly code: 'expression_failed' | 'statement_failed';
  readonly text: string;
  /** Where it was asked of: a side. */
  readonly place?: string;
}

/** Kinds that speak of names and types only. */
const OF_NAMES: ReadonlySet<string> = new Set(['Binder', 'Catalog', 'Parser']);

const OF_VALUES: Readonly<Record<string, string>> = {
  Conversion: 'a value cannot be converted to the type that it is compared as or cast to',
  'Out of Range': 'a value is out of the range of its type',
  'Invalid Input': 'a function was given a value that it cannot take',
  'Mismatch Type': 'a value is not of the type that is needed there',
  Permission: 'it asks for what is not allowed here',
};

const OTHERS: ReadonlySet<string> = new Set([
  'IO',
  'INTERNAL',
  'INTERRUPT',
  'Out of Memory',
  'Not implemented',
  'Constraint',
  'Dependency',
  'Invalid Configuration',
  'Invalid',
  'Serialization',
  'Engine',
]);

/** The engine's own class of the error, safe to show: one of those that it has. */
export function engineKind(error: EngineError): string {
  const head = error.kind;
  return OF_NAMES.has(head) || Object.hasOwn(OF_VALUES, head) || OTHERS.has(head) ? head : 'other';
}

/** The operating error (exit 2) where the error speaks of what the user wrote; null where it does not. */
export function userSqlTrouble(error: EngineError, asked: UserSql): OperatingError | null {
  const kind = engineKind(error);
  const ofValues = Object.hasOwn(OF_VALUES, kind) ? OF_VALUES[kind] : undefined;
  const message = OF_NAMES.has(kind) ? ofNames(error.message, asked.text) : ofValues;
  if (message === undefined) return null;
  const noun = asked.code === 'expression_failed' ? 'expression' : 'statement';
  const shown = asked.text.length > 80 ? `${asked.text.slice(0, 77)}…` : asked.text;
  return new OperatingError(EXIT_CODES.usage, {
    code: asked.code,
    subject: `${noun} \`${shown}\``,
    place: asked.place,
    message,
    hint: ofValues === undefined ? undefined : 'TRY_CAST gives NULL where a value cannot be converted',
  });
}

/** The first line, without its class; quoted text stays only where it is a name that the user wrote. */
function ofNames(message: string, asked: string): string {
  const head = (message.split('\n', 1)[0] ?? '').replace(/^[A-Za-z ]+ Error: /, '');
  const words = new Set(asked.toLowerCase().match(/[\p{L}\p{N}_$]+/gu) ?? []);
  const isAsked = (quoted: string): boolean => words.has(quoted.toLowerCase()) || asked.includes(`"${quoted}"`);
  return head
    .replaceAll(/'[^']*'/g, (quoted) => (/^'[\w+\-*/%<>=~|&^!]*\([A-Z0-9_, ]*\)'$/.test(quoted) ? quoted : '…'))
    .replaceAll(/"([^"]*)"/g, (quoted, name: string) => (isAsked(name) ? quoted : '…'));
}
