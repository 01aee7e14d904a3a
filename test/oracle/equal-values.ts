/** Equality of two values of any two types, by the table of docs/comparison.md and by nothing else. */
import type { Value, ValueType } from './typed-table.ts';

/** A value with what it is. */
export interface Typed {
  readonly type: ValueType;
  readonly value: Value;
}

/** How the members of two lists are compared: place by place, or whatever their order. */
export interface Manner {
  readonly ordered: boolean;
}
const EXACTLY: Manner = { ordered: true };

export function areEqual(a: Typed, b: Typed, manner: Manner = EXACTLY): boolean {
  if (a.value === null || b.value === null) return a.value === b.value;
  if (a.type.kind === 'text' && b.type.kind === 'text') return a.value === b.value;
  if (a.type.kind === 'text') return spells(a.value as string, b);
  if (b.type.kind === 'text') return spells(b.value as string, a);
  if (a.type.kind === 'exact' && b.type.kind === 'exact') return compareExact(exactOf(a), exactOf(b)) === 0;
  if (a.type.kind === 'float' && b.type.kind === 'float') return sameFloat(a.value as number, b.value as number);
  if (a.type.kind === 'exact' && b.type.kind === 'float') return exactIsFloat(a, b);
  if (a.type.kind === 'float' && b.type.kind === 'exact') return exactIsFloat(b, a);
  // A time without an offset is read as UTC, as a timestamp without a zone is.
  if (a.type.kind === 'time' && b.type.kind === 'zoned_time') return areEqual(atUtc(a), b);
  if (a.type.kind === 'zoned_time' && b.type.kind === 'time') return areEqual(a, atUtc(b));
  if (a.type.kind !== b.type.kind) return false;
  const [mine, theirs] = [a.value as readonly Value[], b.value as readonly Value[]];
  switch (a.type.kind) {
    case 'list':
      return sameLists(members(a), members(b), manner);
    case 'struct':
      return sameStructs(a, b, manner);
    case 'map':
      return sameMaps(entries(a), entries(b), manner);
    case 'interval':
    case 'zoned_time':
      return mine.every((part, i) => part === theirs[i]);
    default:
      return a.value === b.value;
  }
}

function atUtc({ value }: Typed): Typed {
  return { type: { kind: 'zoned_time' }, value: [value, 0] };
}

/** NaN equals NaN, and 0.0 equals -0.0. */
function sameFloat(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

/** units / 10^scale */
export interface Exact {
  readonly units: bigint;
  readonly scale: number;
}

export function exactOf({ type, value }: Typed): Exact {
  if (type.kind !== 'exact') throw new TypeError(`${type.kind} is no exact number`);
  return { units: value as bigint, scale: type.scale };
}

/** Below 0, 0 or above 0, as a is less than, equal to or greater than b. */
export function compareExact(a: Exact, b: Exact): number {
  const scale = Math.max(a.scale, b.scale);
  const difference = scaledTo(a, scale) - scaledTo(b, scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function scaledTo({ units, scale }: Exact, to: number): bigint {
  return units * 10n ** BigInt(to - scale);
}

const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,4}))?$/i;

/** The number that a text spells, with all its digits; null where it spells none. */
export function exactFromText(text: string): Exact | null {
  const found = NUMBER.exec(text);
  if (found === null) return null;
  const [, sign, whole = '', fraction = '', exponent = '0'] = found;
  if (whole + fraction === '') return null;
  const units = BigInt(whole + fraction) * (sign === '-' ? -1n : 1n);
  const scale = fraction.length - Number(exponent);
  return scale >= 0 ? { units, scale } : { units: units * 10n ** BigInt(-scale), scale: 0 };
}

/** Every double is a whole number of 2^-1074, so it has an exact decimal form. */
export function exactFromDouble(number: number): Exact {
  let [units, scale] = [number, 0];
  while (!Number.isInteger(units)) {
    units *= 2;
    scale += 1;
  }
  // units / 2^scale = units * 5^scale / 10^scale
  return { units: BigInt(units) * 5n ** BigInt(scale), scale };
}

export function doubleOf(exact: Exact): number {
  return Number(`${exact.units}e-${exact.scale}`);
}

function floatOf(exact: Exact, single: boolean): number {
  const double = doubleOf(exact);
  return single ? Math.fround(double) : double;
}

/**
 * Each, cast to the other's type, gives the other. A whole float is the integer that it is; any other is, as a decimal,
 * what it prints as, for 0.1 of one writer is the 0.1 of another.
 */
function exactIsFloat(exact: Typed, float: Typed): boolean {
  const number = float.value as number;
  if (!Number.isFinite(number) || float.type.kind !== 'float') return false;
  if (floatOf(exactOf(exact), float.type.single) !== number) return false;
  const decimal = Number.isInteger(number) ? exactFromDouble(number) : shortest(number, float.type.single);
  return compareExact(exactOf(exact), decimal) === 0;
}

/** The decimal of the fewest digits that is this float and no other of its kind. */
function shortest(number: number, single: boolean): Exact {
  for (let digits = 1; ; digits += 1) {
    const exact = exactFromText(number.toPrecision(digits)) as Exact;
    if (floatOf(exact, single) === number) return exact;
  }
}

/** Whether a text is how a value prints, or spells it without losing a digit. */
function spells(text: string, { type, value }: Typed): boolean {
  switch (type.kind) {
    case 'exact': {
      const exact = exactFromText(text);
      return exact !== null && compareExact(exact, { units: value as bigint, scale: type.scale }) === 0;
    }
    case 'float':
      return spellsFloat(text, value as number, type.single);
    case 'boolean':
      return text.toLowerCase() === String(value);
    case 'uuid':
      return (
        /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text) && BigInt(`0x${text.replaceAll('-', '')}`) === value
      );
    case 'instant':
      return instantOf(text) === value;
    case 'time':
      return timeOf(text) === value;
    case 'zoned_time': {
      const [nanoseconds, offset] = value as [bigint, number];
      const found = /^(.*?)([+-]\d\d)$/.exec(text);
      return found !== null && Number(found[2]) * 3600 === offset && timeOf(found[1] as string) === nanoseconds;
    }
    case 'interval':
      return text === intervalText(value as readonly [number, number, bigint]);
    case 'blob':
      // Bytes that one writer marks as text and another does not.
      return Buffer.from(text).toString('hex') === value;
    default:
      throw new TypeError(`no rule says how ${type.kind} prints`);
  }
}

/** Whether two texts spell one number of the other side's type: 0.0 and -0.0 are one key where that is a float. */
export function spellSame(a: Typed, b: Typed, type: ValueType): boolean {
  if (a.type.kind !== 'text' || b.type.kind !== 'text' || a.value === null || b.value === null) return false;
  const exact = exactFromText(a.value as string);
  if (exact === null || (type.kind !== 'float' && type.kind !== 'exact')) return false;
  const number: Typed =
    type.kind === 'float'
      ? { type, value: floatOf(exact, type.single) }
      : { type: { ...type, scale: exact.scale }, value: exact.units };
  return areEqual(a, number) && areEqual(b, number);
}

function spellsFloat(text: string, number: number, single: boolean): boolean {
  const named = /^([+-]?)(nan|inf|infinity)$/i.exec(text);
  if (named !== null) {
    if (named[2]?.toLowerCase() === 'nan') return Number.isNaN(number);
    return number === (named[1] === '-' ? -Infinity : Infinity);
  }
  const exact = exactFromText(text);
  if (exact === null || !Number.isFinite(number) || floatOf(exact, single) !== number) return false;
  // In its shortest form, with as many digits as every float takes or one less, or with all digits of a whole number.
  const [most, one] = single ? [9, 8] : [17, 16];
  const forms = [shortest(number, single), ...[most, one].map((digits) => exactFromText(number.toPrecision(digits)))];
  if (Number.isInteger(number)) forms.push(exactFromDouble(number));
  return forms.some((form) => form !== null && compareExact(exact, form) === 0);
}

const INSTANT = /^(\d{4,})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|\+00)?)?( \(BC\))?$/;
const SECOND_NS = 1_000_000_000n;

function instantOf(text: string): Value {
  if (text === 'infinity') return Infinity;
  if (text === '-infinity') return -Infinity;
  const found = INSTANT.exec(text);
  if (found === null) return null;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', era] = found;
  const midnight = new Date(0);
  midnight.setUTCFullYear(era === undefined ? Number(year) : 1 - Number(year), Number(month) - 1, Number(day));
  const seconds =
    BigInt(midnight.getTime() / 1000) + BigInt(Number(hour) * 3600 + Number(minute) * 60 + Number(second));
  return seconds * SECOND_NS + BigInt(fraction.padEnd(9, '0'));
}

function timeOf(text: string): Value {
  const found = /^(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?$/.exec(text);
  if (found === null) return null;
  const [, hour, minute, second, fraction = ''] = found;
  const seconds = BigInt(Number(hour) * 3600 + Number(minute) * 60 + Number(second));
  return seconds * SECOND_NS + BigInt(fraction.padEnd(9, '0'));
}

/** As DuckDB prints it: `1 month 2 days 00:00:03.004`. */
function intervalText([months, days, micros]: readonly [number, number, bigint]): string {
  const plural = (n: number, unit: string): string[] =>
    n === 0 ? [] : [`${n} ${unit}${Math.abs(n) === 1 ? '' : 's'}`];
  const two = (n: bigint): string => String(n).padStart(2, '0');
  const seconds = micros / 1_000_000n;
  const fraction =
    micros % 1_000_000n === 0n
      ? ''
      : `.${String(micros % 1_000_000n)
          .padStart(6, '0')
          .replace(/0+$/, '')}`;
  const clock = `${two(seconds / 3600n)}:${two((seconds / 60n) % 60n)}:${two(seconds % 60n)}${fraction}`;
  const parts = [
    ...plural(Math.trunc(months / 12), 'year'),
    ...plural(months % 12, 'month'),
    ...plural(days, 'day'),
    ...(micros === 0n && (months !== 0 || days !== 0) ? [] : [clock]),
  ];
  return parts.join(' ');
}

function members({ type, value }: Typed): readonly Typed[] {
  if (type.kind !== 'list') throw new TypeError(`${type.kind} is no list`);
  return (value as readonly Value[]).map((item) => ({ type: type.item, value: item }));
}

function sameLists(a: readonly Typed[], b: readonly Typed[], manner: Manner): boolean {
  if (a.length !== b.length) return false;
  if (manner.ordered) return a.every((item, i) => areEqual(item, b[i] as Typed, manner));
  const left = [...b];
  return a.every((item) => {
    const at = left.findIndex((other) => areEqual(item, other, manner));
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

function sameStructs(a: Typed, b: Typed, manner: Manner): boolean {
  if (a.type.kind !== 'struct' || b.type.kind !== 'struct') return false;
  // A field that one side lacks is NULL there.
  const names = new Set([...a.type.fields, ...b.type.fields].map(({ name }) => name));
  return [...names].every((name) => areEqual(fieldOf(a, name), fieldOf(b, name), manner));
}

function fieldOf({ type, value }: Typed, name: string): Typed {
  if (type.kind !== 'struct') throw new TypeError(`${type.kind} is no struct`);
  const at = type.fields.findIndex((field) => field.name === name);
  const field = type.fields[at];
  return { type: field?.type ?? { kind: 'boolean' }, value: (value as readonly Value[])[at] ?? null };
}

function entries({ type, value }: Typed): readonly (readonly [Typed, Typed])[] {
  if (type.kind !== 'map') throw new TypeError(`${type.kind} is no map`);
  return (value as readonly (readonly Value[])[]).map(([key, held]) => [
    { type: type.key, value: key ?? null },
    { type: type.value, value: held ?? null },
  ]);
}

function sameMaps(
  a: readonly (readonly [Typed, Typed])[],
  b: readonly (readonly [Typed, Typed])[],
  manner: Manner,
): boolean {
  return (
    a.length === b.length &&
    a.every(([key, value]) =>
      b.some(([otherKey, otherValue]) => areEqual(key, otherKey) && areEqual(value, otherValue, manner)),
    )
  );
}
