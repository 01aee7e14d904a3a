/**
 * Whether two numbers, or two points in time, lie within an agreed tolerance.
 *
 * Where both types are exact, an absolute tolerance is decided exactly: as doubles, 2^53 and 2^53 + 1 would have no
 * difference at all. A relative one is a double. Infinity and NaN agree with nothing but themselves, and beyond 2^53 an
 * exact number agrees with no double other than itself. Time is counted in nanoseconds, exactly.
 */
import { familyOf, isNumeric } from '../core/column.ts';
import type { ComparedColumn } from '../core/comparison.ts';
import type { Sided } from '../core/side.ts';
import type { Tolerance } from '../core/spec.ts';
import { query } from '../sql/query-file.ts';
import { digits, type Sql, sql, value } from '../sql/sql.ts';
import { numberForm } from './number-form.ts';
import { distanceOf, nearestRule } from './rule-target.ts';

export type AgreedDistance = NonNullable<ComparedColumn['tolerance']>;

/** Numbers, and text that a rule reads as numbers, or instants, or times of day: what there is a distance between. */
export type DistanceKind = 'number' | 'instant' | 'time';

/** Null where there is no distance between values of these types. */
export function kindOf({ production, shadow }: Sided<string>, isNumberText: boolean): DistanceKind | null {
  const kind = (type: string): DistanceKind | null => {
    const family = familyOf(type);
    if (family === 'date' || family === 'timestamp') return 'instant';
    if (family === 'time') return 'time';
    return isNumeric(type) || (isNumberText && family === 'text') ? 'number' : null;
  };
  return kind(production) === kind(shadow) ? kind(production) : null;
}

/**
 * What the nearest tolerance allows a column of these types, but for those that speak of other values only; null where
 * none allows anything. `isNumberText`: `number_text` holds for the column.
 */
export function toleranceOf(
  tolerances: readonly Tolerance[],
  column: string,
  types: Sided<string>,
  isNumberText: boolean,
): AgreedDistance | null {
  const kind = kindOf(types, isNumberText);
  if (kind === null) return null;
  // One that says nothing of either takes its target out of a wider one.
  const [says, saysOfOther] = kind === 'number' ? [isOfNumbers, isOfTime] : [isOfTime, isOfNumbers];
  const fitting = tolerances.filter(
    (tolerance) => distanceOf(tolerance, column, types) === 0 || says(tolerance) || !saysOfOther(tolerance),
  );
  const nearest = nearestRule(fitting, column, types);
  if (nearest === undefined) return null;
  const held =
    kind === 'number'
      ? { abs: nearest.abs, rel: nearest.rel, time_us: 0 }
      : { abs: 0, rel: 0, time_us: nearest.time_us };
  return held.abs + held.rel + held.time_us > 0 ? held : null;
}

export function isOfNumbers({ abs, rel }: Pick<Tolerance, 'abs' | 'rel'>): boolean {
  return abs > 0 || rel > 0;
}

export function isOfTime({ time_us }: Pick<Tolerance, 'time_us'>): boolean {
  return time_us > 0;
}

/** A condition over two different values of these types; never NULL. VARCHAR holds numbers as `numberForm` writes them. */
export function withinTolerance(p: Sql, s: Sql, types: Sided<string>, tolerance: AgreedDistance): Sql {
  if (types.production === 'VARCHAR') return textWithin(p, s, tolerance);
  if (!isNumeric(types.production)) {
    const apart = sql`abs(${nanoseconds(p, types.production)} - ${nanoseconds(s, types.shadow)})`;
    return sql`coalesce(${apart} <= ${value(BigInt(Math.round(tolerance.time_us)) * 1000n)}, false)`;
  }
  return numberWithin(p, s, types, tolerance);
}

function numberWithin(p: Sql, s: Sql, types: Sided<string>, { abs, rel }: AgreedDistance): Sql {
  const [pDouble, sDouble] = [sql`CAST(${p} AS DOUBLE)`, sql`CAST(${s} AS DOUBLE)`];
  const larger = sql`greatest(abs(${pDouble}), abs(${sDouble}))`;
  const share = sql`${double(rel)} * ${larger}`;
  const isFloat = (type: string): boolean => familyOf(type) === 'float';
  if (!isFloat(types.production) && !isFloat(types.shadow)) {
    const difference = exactDifference(p, s, types);
    const absolute = sql`coalesce(TRY(${difference} <= ${exactLimit(abs)}), false)`;
    // What no exact type can subtract is far beyond what a double tells apart anyway.
    const relative = sql`coalesce(CAST(${difference} AS DOUBLE), abs(${pDouble} - ${sDouble})) <= ${share}`;
    // What is no part of the tolerance would still be computed for every row.
    if (rel === 0) return absolute;
    return abs === 0 ? sql`coalesce(${relative}, false)` : sql`${absolute} OR coalesce(${relative}, false)`;
  }
  const isExact = isFloat(types.production) && isFloat(types.shadow) ? sql`true` : sql`${larger} < 9007199254740992`;
  const difference = sql`abs(${pDouble} - ${sDouble})`;
  const isWithin = sql`${difference} <= greatest(${double(abs)}, ${share})`;
  return sql`coalesce(isfinite(${pDouble}) AND isfinite(${sDouble}) AND ${isExact} AND ${isWithin}, false)`;
}

/** Bound as text: the engine takes a whole number for an integer of 64 bits, and refuses 1e20. */
function double(number: number): Sql {
  return sql`CAST(${value(String(number))} AS DOUBLE)`;
}

/** NULL where the subtraction overflows: then it is larger than any absolute tolerance. */
function exactDifference(p: Sql, s: Sql, types: Sided<string>): Sql {
  const isWhole = familyOf(types.production) === 'integer' && familyOf(types.shadow) === 'integer';
  return isWhole ? sql`TRY(abs(CAST(${p} AS HUGEINT) - CAST(${s} AS HUGEINT)))` : sql`TRY(abs(${p} - ${s}))`;
}

/**
 * The tolerance as an exact number, written as it was given: 0.1 is a tenth, not the double beside it. Between two decimal
 * types the engine compares in the wider one, without rounding.
 */
function exactLimit(abs: number): Sql {
  const [whole = '0', fraction = ''] = plainText(abs).split('.');
  const text = sql`'${digits(fraction === '' ? whole : `${whole}.${fraction}`)}'`;
  return fraction === '' ? sql`TRY_CAST(${text} AS HUGEINT)` : sql`TRY_CAST(${text} AS DECIMAL(38, 18))`;
}

/** Digits without an exponent: 1e-7 as 0.0000001, 1e21 as 1000000000000000000000. */
function plainText(number: number): string {
  const [mantissa = '0', exponent] = String(number).split('e');
  if (exponent === undefined) return mantissa;
  const [whole = '0', fraction = ''] = mantissa.split('.');
  const shift = Number(exponent);
  if (shift < 0) return `0.${'0'.repeat(-shift - 1)}${whole}${fraction}`;
  return `${whole}${fraction}${'0'.repeat(Math.max(0, shift - fraction.length))}`;
}

/** Numbers as text, or nanoseconds: to the last digit, however many there are. */
function textWithin(p: Sql, s: Sql, { abs, rel, time_us }: AgreedDistance): Sql {
  const [whole = '0', fraction = ''] = plainText(time_us > 0 ? time_us * 1000 : abs).split('.');
  const limit = { limit_digits: `${whole}${fraction}`, limit_power: BigInt(-fraction.length) };
  return query('compare/number-texts-within', { p, s }, { ...limit, share: String(time_us > 0 ? 0 : rel) });
}

/** A number as `numberForm` writes it, or a point in time as the number of its nanoseconds; what is infinite, as it prints. */
export function numberOrTimeText(number: Sql, type: string): Sql {
  if (isNumeric(type) || familyOf(type) === 'text') return numberForm(sql`CAST(${number} AS VARCHAR)`);
  return sql`coalesce(${numberForm(sql`CAST(${nanoseconds(number, type)} AS VARCHAR)`)}, CAST(${number} AS VARCHAR))`;
}

/** Since 1970 or midnight, in UTC, as HUGEINT; NULL for infinity. A time with zone may lie below midnight. */
function nanoseconds(time: Sql, type: string): Sql {
  switch (type) {
    case 'DATE':
      return sql`CASE WHEN isfinite(${time}) THEN CAST(${time} - DATE '1970-01-01' AS HUGEINT) * 86400000000000 END`;
    case 'TIMESTAMP_NS':
      return sql`CASE WHEN isfinite(${time}) THEN CAST(epoch_ns(${time}) AS HUGEINT) END`;
    case 'TIME_NS':
      return sql`CAST(epoch_ns(${time}) AS HUGEINT)`;
    case 'TIME':
      return sql`CAST(epoch_us(${time}) AS HUGEINT) * 1000`;
    case 'TIME WITH TIME ZONE':
      return sql`(CAST(epoch_us(${time}) AS HUGEINT) - CAST(extract('timezone' FROM ${time}) AS HUGEINT) * 1000000) * 1000`;
    default:
      return sql`CASE WHEN isfinite(${time}) THEN CAST(TRY(epoch_us(${time})) AS HUGEINT) * 1000 END`;
  }
}
