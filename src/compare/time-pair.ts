/** Dates, times and timestamps of two types, and against text: the same instant, a zone is only how it is shown. */
import { type Sql, sql } from '../sql/sql.ts';
import { alike, castText, type Form, identity, sortKeyOr } from './exact-form.ts';

const isZoned = (type: string): boolean => type === 'TIMESTAMPTZ' || type === 'TIMESTAMP WITH TIME ZONE';
const isZonedTime = (type: string): boolean => type === 'TIMETZ' || type === 'TIME WITH TIME ZONE';
const isMicroseconds = (type: string): boolean => type === 'TIMESTAMP' || isZoned(type);

/** Two types of dates or timestamps. A date is its midnight, a timestamp without a zone is in UTC, as the session is. */
export function timestampForm(first: string, second: string): Form {
  if (first === 'TIMESTAMP_NS' || second === 'TIMESTAMP_NS') {
    return {
      name: 'nanoseconds',
      converts: true,
      hashes: true,
      first: nanoseconds(first),
      second: nanoseconds(second),
    };
  }
  if (isMicroseconds(first) && isMicroseconds(second)) {
    const form = alike('TIMESTAMP', true, identity);
    return { ...form, first: asTimestamp(first), second: asTimestamp(second) };
  }
  // Dates and whole seconds reach farther than microseconds do.
  return alike('TIMESTAMP', true, (value) => sortKeyOr(sql`TRY_CAST(${value} AS TIMESTAMP)`, value));
}

/** A timestamp in UTC. The engine's cast asks the calendar of the session's zone, which takes ten times as long. */
function asTimestamp(type: string): (value: Sql) => Sql {
  if (!isZoned(type)) return identity;
  return (value) =>
    sql`CASE WHEN isfinite(${value}) THEN make_timestamp(epoch_us(${value})) ELSE CAST(${value} AS TIMESTAMP) END`;
}

/** TIMESTAMP_NS cannot hold what microseconds can, nor the other way round: both are integers of nanoseconds here. */
function nanoseconds(type: string): (value: Sql) => Sql {
  return (value) => {
    const whole =
      type === 'TIMESTAMP_NS'
        ? sql`CAST(epoch_ns(${value}) AS HUGEINT)`
        : sql`CAST(epoch_us(TRY_CAST(${value} AS TIMESTAMP)) AS HUGEINT) * 1000`;
    return sortKeyOr(sql`CASE WHEN isfinite(${value}) THEN ${whole} END`, value);
  };
}

/** Two types of times of day; one without a zone is in UTC. Null where text decides. */
export function timeForm(first: string, second: string): Form | null {
  const types = new Set([first, second].map((type) => (isZonedTime(type) ? 'TIMETZ' : type)));
  if (types.has('TIME') && types.has('TIMETZ')) return alike('TIMETZ', false, (value) => sql`CAST(${value} AS TIMETZ)`);
  if (types.has('TIME') && types.has('TIME_NS'))
    return alike('TIME_NS', true, (value) => sql`CAST(${value} AS TIME_NS)`);
  return null;
}

/**
 * Text against times of this type, both as text: what spells one in ISO 8601, with no digit more than the type holds, is as
 * the engine prints it, any other as it is. Null: no such type.
 */
export function textTimeForm(type: string): Form | null {
  const parsing = parsingOf(type);
  if (parsing === null) return null;
  const { parse, spelling, stored } = parsing;
  return {
    name: `${type} as text`,
    converts: true,
    hashes: true,
    first: (value) => {
      const text = castText(value);
      return sql`CASE WHEN regexp_full_match(${text}, '${spelling}') THEN coalesce(${castText(parse(text))}, ${text}) ELSE ${text} END`;
    },
    second: (value) => castText(stored(value)),
  };
}

interface Parsing {
  readonly parse: (text: Sql) => Sql;
  /** A pattern, as it stands between quotes. */
  readonly spelling: Sql;
  readonly stored: (value: Sql) => Sql;
}

function parsingOf(type: string): Parsing | null {
  if (isMicroseconds(type)) {
    // The engine passes over the offset where it reads a timestamp without a zone.
    const parse = (text: Sql): Sql => sql`CAST(TRY_CAST(${text} AS TIMESTAMPTZ) AS TIMESTAMP)`;
    return { parse, spelling: isoTimestamp(sql`{1,6}0`, ANY_OFFSET), stored: asTimestamp(type) };
  }
  switch (type) {
    case 'TIMESTAMP_NS':
      return {
        parse: (text) => sql`TRY_CAST(${text} AS TIMESTAMP_NS)`,
        spelling: isoTimestamp(sql`{1,9}0`, NO_OFFSET),
        stored: identity,
      };
    case 'TIMESTAMP_MS':
      return {
        parse: (text) => sql`TRY_CAST(${text} AS TIMESTAMP_MS)`,
        spelling: isoTimestamp(sql`{1,3}0`, NO_OFFSET),
        stored: identity,
      };
    case 'TIME':
      return { parse: (text) => sql`TRY_CAST(${text} AS TIME)`, spelling: isoTime(sql`{1,6}0`), stored: identity };
    case 'TIME_NS':
      return { parse: (text) => sql`TRY_CAST(${text} AS TIME_NS)`, spelling: isoTime(sql`{1,9}0`), stored: identity };
    default:
      return null;
  }
}

const ANY_OFFSET = sql`(Z|[+-][0-9]{2}(:?[0-9]{2})?)?`;
const NO_OFFSET = sql`(Z|[+-]00(:?00)?)?`;

function isoTimestamp(digits: Sql, offset: Sql): Sql {
  return sql`[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]${isoTime(digits)}${offset}`;
}

/** Hour 24 is another spelling that the engine would read as the next day. */
function isoTime(digits: Sql): Sql {
  return sql`([01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}([.][0-9]${digits}*)?`;
}
