/**
 * The form in which the values of a column are compared when the two sides type it differently.
 *
 * The rule: a difference is never lost. Two numbers are equal iff each, cast to the other's type, gives the other; so an
 * integer or decimal is never compared as DOUBLE (9007199254740993 would equal 9007199254740992.0). Text against a typed
 * value: the text counts as the value only where parsing and printing it lose nothing. What has no common form is
 * compared as text.
 *
 * The form is also what the engine hashes, and not every type of it hashes well: of 128-bit values (HUGEINT, DECIMAL beyond
 * 18 digits, UUID) the two halves are XORed, so 0 and -1 hash alike; an interval of one month equals one of 30 days; a list's
 * hash does not tell [2, 1] after 0 from [1] after 2. Such types are compared as text also where both sides agree on them.
 */
import { familyOf } from '../core/column.ts';
import { integer, type Sql, sql } from '../sql/sql.ts';

export interface ComparedAs {
  readonly compared_as: string;
  /** False: the values stand for themselves. */
  readonly converts: boolean;
  readonly production: (value: Sql) => Sql;
  readonly shadow: (value: Sql) => Sql;
}

const identity = (value: Sql): Sql => value;

/** Whether the engine tells the values of this type apart by its own `=` and `hash()`. */
function hashesWell(type: string): boolean {
  switch (familyOf(type)) {
    case 'integer':
      return INTEGER_DIGITS[type] !== undefined;
    case 'decimal':
      return (parseDecimal(type)?.width ?? Number.POSITIVE_INFINITY) <= 18;
    case 'time':
      return type === 'TIME';
    case 'nested':
    case 'other':
      return false;
    default:
      return true;
  }
}

/** How values of these two DuckDB types are brought to one form. Symmetric in its arguments. */
export function comparedAs(production: string, shadow: string): ComparedAs {
  if (production === shadow) {
    const converts = !hashesWell(production);
    const form = converts ? castText : identity;
    return { compared_as: production, converts, production: form, shadow: form };
  }
  const forward = form(production, shadow);
  if (forward !== null)
    return { compared_as: forward.name, converts: true, production: forward.first, shadow: forward.second };
  const backward = form(shadow, production);
  if (backward !== null)
    return { compared_as: backward.name, converts: true, production: backward.second, shadow: backward.first };
  return { compared_as: 'VARCHAR', converts: true, production: castText, shadow: castText };
}

interface Form {
  readonly name: string;
  readonly first: (value: Sql) => Sql;
  readonly second: (value: Sql) => Sql;
}

function form(first: string, second: string): Form | null {
  const families = `${familyOf(first)} ${familyOf(second)}`;
  switch (families) {
    case 'integer integer':
      return isSigned64(first) && isSigned64(second) ? bothCast('BIGINT') : null;
    case 'integer decimal':
    case 'decimal decimal':
      return bothCast(commonDecimal(first, second)) ?? { name: 'exact number', first: exactText, second: exactText };
    case 'float float':
      return bothCast('DOUBLE');
    case 'integer float':
      return { name: 'exact number', first: castText, second: floatAsIntegerText };
    case 'decimal float':
      return { name: 'exact number', first: castText, second: (value) => floatAsDecimalText(value, second, first) };
    case 'date timestamp':
    case 'timestamp timestamp':
      return first === 'TIMESTAMP_NS' || second === 'TIMESTAMP_NS'
        ? { name: 'nanoseconds', first: nanoseconds, second: nanoseconds }
        : { name: 'TIMESTAMP', first: timestampForm, second: timestampForm };
    case 'text text':
      return { name: 'VARCHAR', first: castText, second: castText };
    case 'text integer':
    case 'text decimal':
    case 'text float':
      return { name: 'number as text', first: (value) => numberText(value, second), second: castText };
    case 'text timestamp':
      return second === 'TIMESTAMP_NS'
        ? null
        : {
            name: 'timestamp as text',
            first: timestampText,
            second: (value) => sql`CAST(CAST(${value} AS TIMESTAMP) AS VARCHAR)`,
          };
    case 'text boolean':
      return { name: 'boolean as text', first: booleanText, second: castText };
    case 'text blob':
      return { name: 'BLOB', first: (value) => sql`encode(CAST(${value} AS VARCHAR))`, second: identity };
    case 'nested nested':
      return isSameShape(first, second)
        ? { name: 'JSON', first: jsonText, second: jsonText }
        : { name: 'text with its type', first: (value) => typedText(value), second: (value) => typedText(value) };
    case 'text nested':
      return /BLOB/.test(second) ? null : { name: 'JSON', first: castText, second: jsonText };
    default:
      return null;
  }
}

function castText(value: Sql): Sql {
  return sql`CAST(${value} AS VARCHAR)`;
}

function jsonText(value: Sql): Sql {
  return sql`CAST(to_json(${value}) AS VARCHAR)`;
}

function bothCast(type: 'BIGINT' | 'DOUBLE' | DecimalType | null): Form | null {
  if (type === null) return null;
  const cast = typeof type === 'object' ? decimalCast(type) : simpleCast(type);
  return { name: typeof type === 'object' ? printDecimal(type) : type, first: cast, second: cast };
}

function simpleCast(type: 'BIGINT' | 'DOUBLE'): (value: Sql) => Sql {
  return type === 'BIGINT' ? (value) => sql`CAST(${value} AS BIGINT)` : (value) => sql`CAST(${value} AS DOUBLE)`;
}

function isSigned64(type: string): boolean {
  return INTEGER_DIGITS[type] !== undefined && type !== 'UBIGINT';
}

/** JSON says a list from a list and a struct from a struct, but not a map from a struct, nor bytes from their escaped text. */
function isSameShape(first: string, second: string): boolean {
  const shape = (type: string): string => (/\]$/.test(type) ? 'LIST' : (/^[A-Z]+/.exec(type)?.[0] ?? type));
  return shape(first) === shape(second) && !/BLOB/.test(`${first} ${second}`);
}

/** Values of shapes that have no common form: equal only where both are NULL. */
function typedText(value: Sql): Sql {
  return sql`typeof(${value}) || ': ' || CAST(${value} AS VARCHAR)`;
}

interface DecimalType {
  readonly width: number;
  readonly scale: number;
}

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

function parseDecimal(type: string): DecimalType | null {
  const digits = INTEGER_DIGITS[type];
  if (digits !== undefined) return { width: digits, scale: 0 };
  const match = /^DECIMAL\((\d+),\s*(\d+)\)$/.exec(type);
  return match === null ? null : { width: Number(match[1]), scale: Number(match[2]) };
}

/** The narrowest decimal that holds both exactly; null beyond the 18 digits that hash well, where text decides. */
function commonDecimal(first: string, second: string): DecimalType | null {
  const a = parseDecimal(first);
  const b = parseDecimal(second);
  if (a === null || b === null) return null;
  const scale = Math.max(a.scale, b.scale);
  const width = Math.max(a.width - a.scale, b.width - b.scale) + scale;
  return width > 18 ? null : { width, scale };
}

function printDecimal(type: DecimalType): string {
  return `DECIMAL(${type.width},${type.scale})`;
}

function decimalCast(type: DecimalType): (value: Sql) => Sql {
  const name = decimalTypes.get(printDecimal(type)) ?? sql`VARCHAR`;
  return (value) => sql`CAST(${value} AS ${name})`;
}

/** Every decimal type as SQL: a type name cannot be bound, and text does not become SQL. */
const decimalTypes: ReadonlyMap<string, Sql> = new Map(
  Array.from({ length: 38 }, (_, i) => i + 1).flatMap((width) =>
    Array.from(
      { length: width + 1 },
      (_, scale) => [`DECIMAL(${width},${scale})`, decimalTypeSql(width, scale)] as const,
    ),
  ),
);

function decimalTypeSql(width: number, scale: number): Sql {
  return sql`DECIMAL(${integer(width)}, ${integer(scale)})`;
}

/** A whole double prints as the integer it is, exactly (2^53 and beyond); any other prints as itself and equals no integer. */
function floatAsIntegerText(value: Sql): Sql {
  return sql`CASE WHEN abs(CAST(${value} AS DOUBLE)) < 1e38 AND CAST(${value} AS DOUBLE) = trunc(CAST(${value} AS DOUBLE))
    THEN CAST(CAST(CAST(${value} AS DOUBLE) AS HUGEINT) AS VARCHAR) ELSE CAST(${value} AS VARCHAR) END`;
}

/**
 * A double that the decimal's type holds, there and back, prints as that decimal; any other as itself. By way of text: the
 * engine's own cast between the two multiplies in doubles, and loses the last digit of most of them.
 */
function floatAsDecimalText(value: Sql, float: string, type: string): Sql {
  const decimal = parseDecimal(type);
  const name = decimal === null ? undefined : decimalTypes.get(printDecimal(decimal));
  if (name === undefined) return castText(value);
  const printed = castText(sql`TRY_CAST(${castText(value)} AS ${name})`);
  const back = float === 'FLOAT' ? sql`TRY_CAST(${printed} AS FLOAT)` : sql`TRY_CAST(${printed} AS DOUBLE)`;
  return sql`CASE WHEN ${back} = ${value} THEN ${printed} ELSE ${castText(value)} END`;
}

/** Text that is a plain number and loses nothing as the other side's type prints as that type prints it. */
function numberText(value: Sql, type: string): Sql {
  const name = numberType(type);
  const text = castText(value);
  if (name === null) return text;
  const parsed = sql`CAST(TRY_CAST(${text} AS ${name}) AS VARCHAR)`;
  return sql`CASE WHEN regexp_full_match(${text}, '[+-]?[0-9]+([.][0-9]+)?') AND ${plainNumber(text)} = ${plainNumber(parsed)} THEN ${parsed} ELSE ${text} END`;
}

function numberType(type: string): Sql | null {
  if (type === 'FLOAT') return sql`FLOAT`;
  if (type === 'DOUBLE') return sql`DOUBLE`;
  if (familyOf(type) === 'integer') return sql`HUGEINT`;
  const decimal = parseDecimal(type);
  return decimal === null ? null : (decimalTypes.get(printDecimal(decimal)) ?? null);
}

/** A decimal or integer as text that does not depend on its scale. */
function exactText(value: Sql): Sql {
  return plainNumber(castText(value));
}

/** Digits without plus sign, leading zeros, and zeros at the end of a fraction. */
function plainNumber(text: Sql): Sql {
  const unsigned = sql`regexp_replace(${text}, '^([+]|(-?)0*([0-9]))', '\\2\\3')`;
  return sql`CASE WHEN contains(${text}, '.') THEN regexp_replace(${unsigned}, '[.]?0*$', '') ELSE ${unsigned} END`;
}

function timestampText(value: Sql): Sql {
  const text = castText(value);
  return sql`CASE WHEN regexp_full_match(${text}, '[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]([01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}([.][0-9]{1,6}0*)?(Z|[+-]00(:?00)?)?')
    THEN coalesce(CAST(TRY_CAST(${text} AS TIMESTAMP) AS VARCHAR), ${text}) ELSE ${text} END`;
}

function booleanText(value: Sql): Sql {
  const text = castText(value);
  return sql`CASE WHEN lower(${text}) IN ('true', 'false') THEN lower(${text}) ELSE ${text} END`;
}

/** A timestamp of any resolution as text of microseconds; what lies beyond their range, or is infinite, as it prints itself. */
function timestampForm(value: Sql): Sql {
  return sql`coalesce(CAST(TRY_CAST(${value} AS TIMESTAMP) AS VARCHAR), ${castText(value)})`;
}

/** Nanoseconds since the epoch: TIMESTAMP_NS cannot hold what microseconds can, nor the other way round. */
function nanoseconds(value: Sql): Sql {
  return sql`CASE WHEN isinf(${value}) THEN ${castText(value)}
    WHEN typeof(${value}) = 'TIMESTAMP_NS' THEN CAST(epoch_ns(${value}) AS VARCHAR)
    ELSE coalesce(CAST(CAST(epoch_us(TRY_CAST(${value} AS TIMESTAMP)) AS HUGEINT) * 1000 AS VARCHAR), ${castText(value)}) END`;
}
