/**
 * Numbers of two types, and numbers against text. Two numbers are equal iff each, cast to the other's type, gives the
 * other; so an integer or decimal is never compared as DOUBLE (9007199254740993 would equal 9007199254740992.0). Text is a
 * number where it spells one without a digit more or less than the type holds.
 */
import { familyOf } from '../core/column.ts';
import { integer, join, type Sql, sql } from '../sql/sql.ts';
import { alike, castText, type Form, sortKey } from './exact-form.ts';

const INTEGER_DIGITS: Readonly<Record<string, number>> = {
  TINYINT: 3,
  UTINYINT: 3,
  SMALLINT: 5,
  USMALLINT: 5,
  INTEGER: 10,
  UINTEGER: 10,
  BIGINT: 19,
  UBIGINT: 20,
};

/** An integer of at most 64 bits, which the engine hashes well. */
export function isWord(type: string): boolean {
  return INTEGER_DIGITS[type] !== undefined;
}

const isHuge = (type: string): boolean => isWord(type) || type === 'HUGEINT';

export function integerForm(first: string, second: string): Form {
  if (isWord(first) && isWord(second)) {
    if (first !== 'UBIGINT' && second !== 'UBIGINT')
      return alike('BIGINT', true, (value) => sql`CAST(${value} AS BIGINT)`);
    if (first.startsWith('U') && second.startsWith('U'))
      return alike('UBIGINT', true, (value) => sql`CAST(${value} AS UBIGINT)`);
  }
  return isHuge(first) && isHuge(second)
    ? alike('HUGEINT', false, (value) => sql`CAST(${value} AS HUGEINT)`)
    : alike('exact number', true, castText);
}

interface DecimalType {
  readonly width: number;
  readonly scale: number;
}

export function parseDecimal(type: string): DecimalType | null {
  const digits = INTEGER_DIGITS[type];
  if (digits !== undefined) return { width: digits, scale: 0 };
  const match = /^DECIMAL\((\d+),\s*(\d+)\)$/.exec(type);
  return match === null ? null : { width: Number(match[1]), scale: Number(match[2]) };
}

/** Decimals of at most this many digits are 64-bit integers inside, and hash well. */
export const DECIMAL_WORD = 18;
const DECIMAL_MAX = 38;

/** The narrowest decimal that holds both exactly; text without zeros at the end where there is none. */
export function decimalForm(first: string, second: string): Form {
  const a = parseDecimal(first);
  const b = parseDecimal(second);
  const exact = alike('exact number', true, exactText);
  if (a === null || b === null) return exact;
  const scale = Math.max(a.scale, b.scale);
  const width = Math.max(a.width - a.scale, b.width - b.scale) + scale;
  const name = `DECIMAL(${width},${scale})`;
  const type = decimalTypes.get(name);
  return type === undefined ? exact : alike(name, width <= DECIMAL_WORD, (value) => sql`CAST(${value} AS ${type})`);
}

/** Every decimal type as SQL: a type name cannot be bound, and text does not become SQL. */
const decimalTypes: ReadonlyMap<string, Sql> = new Map(
  Array.from({ length: DECIMAL_MAX }, (_, i) => i + 1).flatMap((width) =>
    Array.from(
      { length: width + 1 },
      (_, scale) => [`DECIMAL(${width},${scale})`, sql`DECIMAL(${integer(width)}, ${integer(scale)})`] as const,
    ),
  ),
);

/** A decimal or integer as text that does not depend on its scale. */
function exactText(value: Sql): Sql {
  const text = castText(value);
  return sql`CASE WHEN contains(${text}, '.') THEN regexp_replace(${text}, '[.]?0*$', '') ELSE ${text} END`;
}

/** A whole double is the integer that it is, exactly, 2^53 and beyond; any other is itself, and equals no integer. */
export function integerFloatForm(first: string): Form {
  const double = (value: Sql): Sql => sql`CAST(${value} AS DOUBLE)`;
  const isWhole = (value: Sql): Sql => sql`isfinite(${value}) AND ${double(value)} = trunc(${double(value)})`;
  if (!isHuge(first)) {
    return {
      ...alike('exact number', true, castText),
      second: (value) =>
        sql`CASE WHEN ${isWhole(value)} THEN CAST(CAST(${double(value)} AS BIGNUM) AS VARCHAR) ELSE ${castText(value)} END`,
    };
  }
  // The sort key of an integer is 17 bytes long here, that of a double 9.
  return {
    name: 'exact number',
    converts: true,
    hashes: true,
    first: (value) => sql`CASE WHEN ${value} IS NOT NULL THEN ${sortKey(sql`CAST(${value} AS HUGEINT)`)} END`,
    second: (value) => {
      const whole = sql`CASE WHEN ${isWhole(value)} THEN TRY_CAST(${double(value)} AS HUGEINT) END`;
      return sql`CASE WHEN ${value} IS NULL THEN NULL WHEN ${whole} IS NOT NULL THEN ${sortKey(whole)} ELSE ${sortKey(double(value))} END`;
    },
  };
}

/**
 * A whole float is the integer that it is; any other is the decimal that it prints as, where that is the same float again;
 * what the decimal's type does not hold is itself. By way of text: the engine's own cast multiplies and divides doubles, and
 * loses the last digit of many. Of at most 15 digits it loses none, since both the unscaled integer and the power of ten are
 * exact and the error stays below half a unit; it takes a fifth of the time.
 */
export function decimalFloatForm(first: string, second: string): Form {
  const decimal = parseDecimal(first);
  const type = decimalTypes.get(first.replace(', ', ','));
  const widest = decimalTypes.get(`DECIMAL(${DECIMAL_MAX},${decimal?.scale ?? 0})`);
  if (decimal === null || type === undefined || widest === undefined) return alike('VARCHAR', true, castText);
  // As wide as can be, so that its sort key is 17 bytes long, that of a double 9.
  const wide = (value: Sql): Sql => sortKey(sql`CAST(${value} AS ${widest})`);
  const itself = (value: Sql): Sql => sortKey(sql`CAST(${value} AS DOUBLE)`);
  const held = (value: Sql, there: Sql, text: Sql): Sql => {
    const back = second === 'FLOAT' ? sql`CAST(${text} AS FLOAT)` : sql`CAST(${text} AS DOUBLE)`;
    return sql`CASE WHEN ${back} = ${value} THEN ${wide(there)} ELSE ${itself(value)} END`;
  };
  const isFast = second === 'DOUBLE' && decimal.scale <= DOUBLE_DIGITS;
  return {
    name: 'exact number',
    converts: true,
    hashes: true,
    first: (value) => sql`CASE WHEN ${value} IS NOT NULL THEN ${wide(value)} END`,
    second: (value) => {
      const whole = sql`TRY_CAST(TRY_CAST(CAST(${value} AS DOUBLE) AS HUGEINT) AS ${type})`;
      const printed = sql`TRY_CAST(${castText(value)} AS ${type})`;
      const cast = sql`TRY_CAST(${value} AS ${type})`;
      const limit = integer(isFast ? 10n ** BigInt(DOUBLE_DIGITS - decimal.scale) : 0n);
      return sql`CASE WHEN ${value} IS NULL THEN NULL
        WHEN abs(${value}) < ${limit} THEN ${held(value, cast, cast)}
        WHEN ${value} = trunc(${value}) THEN CASE WHEN ${whole} IS NOT NULL THEN ${wide(whole)} ELSE ${itself(value)} END
        ELSE ${held(value, printed, castText(printed))} END`;
    },
  };
}

/** Integers of so many digits are exact as doubles. */
const DOUBLE_DIGITS = 15;

/** Text that spells a number of the other side's type, digit for digit, is as that number prints; any other as it is. */
export function textNumberForm(type: string): Form | null {
  const name = numberType(type);
  if (name === null) return null;
  const isFloat = familyOf(type) === 'float';
  // -0.0 is 0.0.
  const printed = (number: Sql): Sql =>
    isFloat ? sql`CASE WHEN ${number} = 0 THEN '0.0' ELSE ${castText(number)} END` : castText(number);
  const isPrinted = (text: Sql, parsed: Sql): Sql =>
    isFloat ? sql`${castText(parsed)} = ${text} AND ${text} <> '-0.0'` : sql`${castText(parsed)} = ${text}`;
  return {
    name: 'number as text',
    converts: true,
    hashes: true,
    first: (value) => {
      const text = castText(value);
      const parsed = sql`TRY_CAST(${text} AS ${name})`;
      const spellings = join(spellingsOf(parsed, type).map(significant));
      const spelled = sql`regexp_full_match(${text}, '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?') AND ${significant(text)} IN (${spellings})`;
      const isNumber = isFloat ? sql`(${spelled} OR ${isNotFinite(text)})` : spelled;
      // Most texts are as the number prints, and need no closer look.
      return sql`CASE WHEN ${isPrinted(text, parsed)} THEN ${text} WHEN ${isNumber} THEN ${printed(parsed)} ELSE ${text} END`;
    },
    second: printed,
  };
}

/**
 * A number as it is written without loss: as the engine prints it, which for a float is as short as can be; a float also with
 * as many digits as every float of its kind takes, as other writers have it, or one less, and a whole one with all of its digits.
 */
function spellingsOf(number: Sql, type: string): readonly Sql[] {
  const whole = sql`CAST(TRY_CAST(${number} AS BIGNUM) AS VARCHAR)`;
  switch (type) {
    case 'FLOAT':
      return [castText(number), sql`format('{:.8e}', ${number})`, sql`format('{:.7e}', ${number})`, whole];
    case 'DOUBLE':
      return [castText(number), sql`format('{:.16e}', ${number})`, sql`format('{:.15e}', ${number})`, whole];
    default:
      return [castText(number)];
  }
}

/** The digits that say which number, without sign, point, exponent, and zeros at both ends: nothing where it is zero. */
function significant(text: Sql): Sql {
  return sql`trim(regexp_replace(regexp_replace(${text}, '[eE].*$', ''), '[^0-9]', '', 'g'), '0')`;
}

function isNotFinite(text: Sql): Sql {
  return sql`regexp_full_match(${text}, '(?i)nan|[+-]?inf(inity)?')`;
}

function numberType(type: string): Sql | null {
  switch (type) {
    case 'FLOAT':
      return sql`FLOAT`;
    case 'DOUBLE':
      return sql`DOUBLE`;
    case 'UHUGEINT':
      return sql`UHUGEINT`;
    case 'BIGNUM':
      return sql`BIGNUM`;
    case 'HUGEINT':
      return sql`HUGEINT`;
    case 'UBIGINT':
      return sql`UBIGINT`;
    default:
      return isWord(type) ? sql`BIGINT` : (decimalTypes.get(type.replace(', ', ',')) ?? null);
  }
}
