/**
 * Whether two numbers lie within an agreed tolerance.
 *
 * Where both types are exact, an absolute tolerance is decided exactly: as doubles, 2^53 and 2^53 + 1 would have no
 * difference at all. A relative one is a double. Infinity and NaN agree with nothing but themselves, and beyond 2^53 an
 * exact number agrees with no double other than itself.
 */
import { familyOf } from '../core/column.ts';
import type { Sided } from '../core/side.ts';
import { type Sql, sql, value } from '../sql/sql.ts';

export interface AgreedDifference {
  readonly abs: number;
  readonly rel: number;
}

/** A condition over two different values of these types; never NULL. */
export function withinTolerance(p: Sql, s: Sql, types: Sided<string>, { abs, rel }: AgreedDifference): Sql {
  const [pDouble, sDouble] = [sql`CAST(${p} AS DOUBLE)`, sql`CAST(${s} AS DOUBLE)`];
  const larger = sql`greatest(abs(${pDouble}), abs(${sDouble}))`;
  const share = sql`CAST(${value(rel)} AS DOUBLE) * ${larger}`;
  const isFloat = (type: string): boolean => familyOf(type) === 'float';
  if (!isFloat(types.production) && !isFloat(types.shadow)) {
    const difference = exactDifference(p, s, types);
    const absolute = sql`coalesce(TRY(${difference} <= ${exactLimit(abs)}), false)`;
    return sql`${absolute} OR coalesce(CAST(${difference} AS DOUBLE) <= ${share}, false)`;
  }
  const isExact = isFloat(types.production) && isFloat(types.shadow) ? sql`true` : sql`${larger} < 9007199254740992`;
  const difference = sql`abs(${pDouble} - ${sDouble})`;
  const isWithin = sql`${difference} <= greatest(CAST(${value(abs)} AS DOUBLE), ${share})`;
  return sql`coalesce(isfinite(${pDouble}) AND isfinite(${sDouble}) AND ${isExact} AND ${isWithin}, false)`;
}

/** NULL where the subtraction overflows: then it is larger than any tolerance. */
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
  const text = value(fraction === '' ? whole : `${whole}.${fraction}`);
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
