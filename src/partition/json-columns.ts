/** What the columns of JSON lines are: the union of the members in first-seen order, each with the one type that holds all its values exactly. */
import { compactJson, type JsonMember, jsonString } from './json-lines.ts';
import { TextUnsupported } from './text-trouble.ts';

type Kind = 'string' | 'integer' | 'number' | 'boolean' | 'nested';

/** How the values of a column become text for the engine, and the type that they are cast to. */
export interface JsonColumn {
  readonly name: string;
  readonly type: JsonType;
}

export type JsonType =
  | { readonly kind: 'text' | 'bigint' | 'boolean' | 'json' }
  | { readonly kind: 'number_text' }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number };

interface Seen {
  readonly kinds: Set<Kind>;
  integerDigits: number;
  scale: number;
  integerMin: bigint;
  integerMax: bigint;
  /** A number whose plain form would be too long for a decimal. */
  beyondDecimal: boolean;
}

const DECIMAL_DIGITS_MAX = 38;
const BIGINT_MAX = 2n ** 63n - 1n;

/** Collects columns over all files of a side, so that they get one type each. */
export class JsonColumnCollector {
  readonly #seen = new Map<string, Seen>();

  add(members: readonly JsonMember[], line: number): void {
    for (const { name, raw } of members) {
      let seen = this.#seen.get(name);
      if (seen === undefined) {
        seen = { kinds: new Set(), integerDigits: 0, scale: 0, integerMin: 0n, integerMax: 0n, beyondDecimal: false };
        this.#seen.set(name, seen);
      }
      const kind = kindOf(raw);
      if (kind === null) continue;
      seen.kinds.add(kind);
      if (kind === 'integer' || kind === 'number') measure(seen, raw, line);
    }
  }

  columns(): JsonColumn[] {
    return [...this.#seen].map(([name, seen]) => ({ name, type: typeOf(seen) }));
  }
}

/** Null for JSON null. */
function kindOf(raw: string): Kind | null {
  switch (raw[0]) {
    case '"':
      return 'string';
    case '{':
    case '[':
      return 'nested';
    case 't':
    case 'f':
      return 'boolean';
    case 'n':
      return null;
    default:
      return /[.eE]/.test(raw) ? 'number' : 'integer';
  }
}

function measure(seen: Seen, raw: string, line: number): void {
  const { digits, exponent } = plainNumber(raw);
  if (!Number.isSafeInteger(exponent)) throw new TextUnsupported(line, 'a number whose exponent is beyond 2^53');
  seen.scale = Math.max(seen.scale, -exponent);
  seen.integerDigits = Math.max(seen.integerDigits, digits.length + exponent);
  if (digits.length > DECIMAL_DIGITS_MAX || Math.abs(exponent) > DECIMAL_DIGITS_MAX) seen.beyondDecimal = true;
  else if (kindOf(raw) === 'integer') {
    const number = BigInt(raw);
    if (number < seen.integerMin) seen.integerMin = number;
    if (number > seen.integerMax) seen.integerMax = number;
  }
}

function typeOf(seen: Seen): JsonType {
  const kinds = [...seen.kinds].sort().join(' ');
  if (kinds === '' || kinds === 'string') return { kind: 'text' };
  if (kinds === 'boolean') return { kind: 'boolean' };
  if (kinds !== 'integer' && kinds !== 'number' && kinds !== 'integer number') return { kind: 'json' };
  const whole = kinds === 'integer';
  if (whole && !seen.beyondDecimal && seen.integerMin >= -BIGINT_MAX - 1n && seen.integerMax <= BIGINT_MAX) {
    return { kind: 'bigint' };
  }
  // Not HUGEINT, which Parquet does not have: the engine would write doubles. And one digit after the point at least
  // where there is a point, so that `5.0` against `5` is told as a change of type, with equal values.
  const scale = whole ? 0 : Math.max(seen.scale, 1);
  const precision = Math.max(seen.integerDigits, 0) + scale;
  if (seen.beyondDecimal || precision > DECIMAL_DIGITS_MAX) return { kind: 'number_text' };
  return { kind: 'decimal', precision: precision <= 18 ? 18 : DECIMAL_DIGITS_MAX, scale };
}

/** The text of a value that the engine casts to the column's type; null for JSON null. */
export function jsonCell(raw: string, type: JsonType, line: number): string | null {
  const kind = kindOf(raw);
  if (kind === null) return null;
  switch (type.kind) {
    case 'text':
      // Reached with other kinds only where the owner declared a type: the cast judges then.
      if (kind === 'string') return jsonString(raw, line);
      return kind === 'nested' ? compactJson(raw) : raw;
    case 'decimal':
      return printPlain(plainNumber(raw));
    case 'number_text':
      return printScientific(plainNumber(raw));
    case 'json':
      return kind === 'string' || kind === 'nested' ? compactJson(raw) : raw;
    default:
      return raw;
  }
}

/** A number as `± digits × 10^exponent`, without leading or trailing zeros in the digits; zero is `0 × 10^0`. */
interface PlainNumber {
  readonly negative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

function plainNumber(raw: string): PlainNumber {
  const [, sign, whole = '', fraction = '', power] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(raw) ?? [];
  const all = (whole + fraction).replace(/^0+/, '');
  const digits = all.replace(/0+$/, '');
  if (digits === '') return { negative: false, digits: '0', exponent: 0 };
  const exponent = Number(power ?? 0) - fraction.length + (all.length - digits.length);
  return { negative: sign === '-', digits, exponent };
}

function printPlain({ negative, digits, exponent }: PlainNumber): string {
  const sign = negative ? '-' : '';
  if (exponent >= 0) return sign + digits + '0'.repeat(exponent);
  const padded = digits.padStart(1 - exponent, '0');
  return `${sign}${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
}

/** One text for each number, whatever way it was written: equal texts are equal numbers. */
function printScientific({ negative, digits, exponent }: PlainNumber): string {
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
  return `${negative ? '-' : ''}${digits[0]}${fraction}e${exponent + digits.length - 1}`;
}
