/** What agreed rules forgive: two values that are not equal and count as agreed all the same. */
import type { TypeFamily } from '../../src/core/column.ts';
import { NORMALISATIONS, type Normalisation, type RuleTarget, type Spec, type Tolerance } from '../../src/core/spec.ts';
import {
  areEqual,
  compareExact,
  doubleOf,
  type Exact,
  exactFromDouble,
  exactFromText,
  exactOf,
  scaledTo,
  spellSame,
  type Typed,
} from './equal-values.ts';
import { familyOfType, type ValueType } from './typed-table.ts';

/** The rules that hold for one column. */
export interface ColumnRules {
  readonly normalise: readonly Normalisation[];
  readonly tolerance: Tolerance | null;
  /** Whether one side at least holds JSON, so that a bare number or text is a document too. */
  readonly is_json: boolean;
}

/**
 * A rule for the column goes before one for its type, production's type before shadow's, and that before one for all. A
 * tolerance that says nothing of such values is none for them, unless it names the column.
 */
export function rulesOf(spec: Spec, column: string, types: readonly ValueType[]): ColumnRules {
  const families = types.map(familyOfType);
  const near = (rule: RuleTarget): number => nearness(rule, column, families);
  const isOfTime = families.every((family) => ['date', 'timestamp', 'time'].includes(family));
  const nearest = spec.tolerance
    .filter((rule) => near(rule) > 0)
    .filter(({ column: named, abs, rel, time_us }) => named !== null || (isOfTime ? time_us > 0 : abs > 0 || rel > 0))
    .toSorted((a, b) => near(b) - near(a));
  return {
    normalise: NORMALISATIONS.filter(
      (name) =>
        spec.normalise.some((rule) => rule.rule === name && near(rule) > 0) && types.every((type) => fits(name, type)),
    ),
    tolerance: nearest[0] ?? null,
    is_json: types.some((type) => type.kind === 'text' && type.json),
  };
}

function nearness(rule: RuleTarget, column: string, [production, shadow]: readonly TypeFamily[]): number {
  if (rule.column !== null) return rule.column === column ? 4 : 0;
  if (rule.type === null) return 1;
  return rule.type === production ? 3 : rule.type === shadow ? 2 : 0;
}

/** Whether two values are the same once the normalising rules are applied; equal ones are. */
export function sameByRules(a: Typed, b: Typed, rules: ColumnRules): boolean {
  if (a.value === null || b.value === null) return a.value === b.value;
  const { normalise } = rules;
  // Case does not count in what text spells: in lower case it may spell nothing (2024-01-01T00:00:00Z).
  const cased = { ...rules, normalise: normalise.filter((rule) => rule !== 'ignore_case') };
  if (areEqual(normalised(a, cased), normalised(b, cased))) return true;
  const [one, other] = [normalised(a, rules), normalised(b, rules)];
  if (areEqual(one, other, { ordered: !normalise.includes('unordered_lists') })) return true;
  if (!normalise.includes('number_text')) return false;
  const [mine, theirs] = [numberOf(one), numberOf(other)];
  return mine !== null && theirs !== null && compareExact(mine, theirs) === 0;
}

/** Whether two texts of one side, once the rules are applied, spell one number of the other side's type. */
export function spellSameByRules(a: Typed, b: Typed, type: ValueType, rules: ColumnRules): boolean {
  return spellSame(normalised(a, rules), normalised(b, rules), type);
}

/** Whether a rule says anything of values of this type. The white space and the case of JSON are the document's own. */
function fits(rule: Normalisation, type: ValueType): boolean {
  const isPlainText = type.kind === 'text' && !type.json;
  switch (rule) {
    case 'unordered_lists':
      return true;
    case 'json_canonical':
      return type.kind === 'text';
    case 'number_text':
      return isPlainText || type.kind === 'exact' || type.kind === 'float';
    default:
      return isPlainText || !['text', 'blob', 'list', 'struct', 'map'].includes(type.kind);
  }
}

const WHITE_SPACE = /^[ \t\n\r\f\v\u00a0]+|[ \t\n\r\f\v\u00a0]+$/g;

function normalised(typed: Typed, { normalise: rules, is_json }: ColumnRules): Typed {
  if (typed.type.kind !== 'text' || typed.value === null) return typed;
  let text = typed.value as string;
  // In a column of plain text only objects and lists are JSON: 1.0 and 1 may be two names.
  if (rules.includes('json_canonical') && (is_json || /^\s*[{[]/.test(text))) text = canonicalJson(text);
  if (rules.includes('unicode')) text = text.normalize('NFC');
  if (rules.includes('trim')) text = text.replaceAll(WHITE_SPACE, '');
  if (rules.includes('ignore_case')) text = [...text].map((point) => point.toLowerCase()).join('');
  return { type: typed.type, value: text };
}

function numberOf({ type, value }: Typed): Exact | null {
  return type.kind === 'text' && !type.json ? exactFromText(value as string) : null;
}

/** Stands before a document, so that text that is none agrees with no document. */
const DOCUMENT = '\u0001';

/** Keys in order, no white space, numbers by their value; text that is no JSON stays as it is. */
function canonicalJson(text: string): string {
  // Every number as a text of its own kind, so that none goes through a double.
  const keep = (_: string, value: unknown, context?: { readonly source?: string }): unknown => {
    if (typeof value !== 'number') return value;
    const exact = exactFromText(context?.source ?? '') as Exact;
    return { number: printed(exact) };
  };
  try {
    return DOCUMENT + canonical(JSON.parse(text, keep as (key: string, value: unknown) => unknown));
  } catch {
    return text;
  }

  function canonical(value: unknown): string {
    if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
    if (typeof value !== 'object' || value === null) return JSON.stringify(value);
    const keys = Object.keys(value).toSorted();
    const held = value as Readonly<Record<string, unknown>>;
    return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(held[key])}`).join(',')}}`;
  }
}

function printed({ units, scale }: Exact): string {
  let [digits, places] = [units, scale];
  while (places > 0 && digits % 10n === 0n) {
    digits /= 10n;
    places -= 1;
  }
  return `${digits}e-${places}`;
}

/** Whether two values lie within the tolerance; NULL, NaN and infinity lie within none of anything else. */
export function isWithin(a: Typed, b: Typed, rules: ColumnRules): boolean {
  const { tolerance, normalise } = rules;
  if (tolerance === null || a.value === null || b.value === null) return false;
  if (tolerance.abs + tolerance.rel + tolerance.time_us === 0) return false;
  const [one, other] = normalise.includes('number_text') ? [asNumber(a, rules), asNumber(b, rules)] : [a, b];
  const kinds = [one.type.kind, other.type.kind];
  if (kinds.every((kind) => kind === 'exact')) return exactWithin(exactOf(one), exactOf(other), tolerance);
  if (kinds.every((kind) => kind === 'exact' || kind === 'float')) return floatWithin(one, other, tolerance);
  if (kinds.every((kind) => kind === 'instant')) return timeWithin(one.value, other.value, tolerance);
  return timeWithin(timeInUtc(one), timeInUtc(other), tolerance);
}

/** Text that spells a number as that number; everything else as it is. */
function asNumber(typed: Typed, rules: ColumnRules): Typed {
  const exact = numberOf(normalised(typed, rules));
  if (exact === null) return typed;
  const { units, scale } = exact;
  return { type: { kind: 'exact', scale, integer: false }, value: units };
}

function exactWithin(a: Exact, b: Exact, { abs, rel }: Tolerance): boolean {
  const scale = Math.max(a.scale, b.scale);
  const [one, other] = [scaledTo(a, scale), scaledTo(b, scale)];
  const apart = { units: size(one - other), scale };
  const [larger = 0n] = [size(one), size(other)].toSorted((x, y) => (x > y ? -1 : 1));
  const [share, most] = [decimalOf(rel), decimalOf(abs)];
  const allowed = { units: share.units * larger, scale: share.scale + scale };
  return compareExact(apart, most) <= 0 || compareExact(apart, allowed) <= 0;
}

function size(n: bigint): bigint {
  return n < 0n ? -n : n;
}

/** A limit as it is written: 0.01 is a hundredth, not the double next to it. */
function decimalOf(limit: number): Exact {
  return exactFromText(String(limit)) as Exact;
}

const WHOLE_DOUBLES_END = 2 ** 53;

function floatWithin(a: Typed, b: Typed, { abs, rel }: Tolerance): boolean {
  const [one, other] = [asDouble(a), asDouble(b)];
  if (one === null || other === null || !Number.isFinite(one) || !Number.isFinite(other)) return false;
  const apart = Math.abs(one - other);
  return apart <= abs || apart <= rel * Math.max(Math.abs(one), Math.abs(other));
}

/** Null for an exact number beyond the whole numbers of doubles: it agrees with no other double. */
function asDouble(typed: Typed): number | null {
  if (typed.type.kind === 'float') return typed.value as number;
  const exact = exactOf(typed);
  const isBeyond =
    compareExact({ units: size(exact.units), scale: exact.scale }, exactFromDouble(WHOLE_DOUBLES_END)) > 0;
  return isBeyond ? null : doubleOf(exact);
}

/** Null where it is no time of day. */
function timeInUtc({ type, value }: Typed): Typed['value'] {
  if (type.kind === 'time') return value;
  if (type.kind !== 'zoned_time') return null;
  const [nanoseconds, offset] = value as readonly [bigint, number];
  return nanoseconds - BigInt(offset) * 1_000_000_000n;
}

function timeWithin(a: Typed['value'], b: Typed['value'], { time_us }: Tolerance): boolean {
  if (typeof a !== 'bigint' || typeof b !== 'bigint') return false;
  return size(a - b) <= BigInt(time_us) * 1000n;
}
