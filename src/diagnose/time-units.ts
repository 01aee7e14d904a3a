/** Cutting and rounding of timestamps to a unit, as SQL for every timestamp type. */
import { integer, type Sql, sql } from '../sql/sql.ts';
import type { ColumnFacts } from './detector.ts';

interface TimeUnit {
  readonly id: string;
  readonly named: string;
  readonly microseconds: number;
  readonly cut: (timestamp: Sql) => Sql;
}

/** From the finest: a timestamp that fits several units is told by the finest. */
export const TIME_UNITS: readonly TimeUnit[] = [
  { id: 'us', named: 'microseconds', microseconds: 1, cut: (t) => sql`date_trunc('microsecond', ${t})` },
  { id: 'ms', named: 'milliseconds', microseconds: 1_000, cut: (t) => sql`date_trunc('millisecond', ${t})` },
  { id: 's', named: 'seconds', microseconds: 1_000_000, cut: (t) => sql`date_trunc('second', ${t})` },
  { id: 'min', named: 'minutes', microseconds: 60_000_000, cut: (t) => sql`date_trunc('minute', ${t})` },
  { id: 'h', named: 'hours', microseconds: 3_600_000_000, cut: (t) => sql`date_trunc('hour', ${t})` },
  { id: 'day', named: 'days', microseconds: 86_400_000_000, cut: (t) => sql`date_trunc('day', ${t})` },
];

export function timeUnit(id: unknown): TimeUnit {
  const unit = TIME_UNITS.find((candidate) => candidate.id === id);
  if (unit === undefined) throw new TypeError(`no unit of time: ${String(id)}`);
  return unit;
}

/** The units that a column can be cut to at all: microseconds only where it holds nanoseconds. */
export function unitsFor({ types }: ColumnFacts): readonly TimeUnit[] {
  return types.reference === 'TIMESTAMP_NS' ? TIME_UNITS : TIME_UNITS.filter(({ id }) => id !== 'us');
}

/** The start of the unit that the timestamp lies in, also before 1970. */
export function cutTo(timestamp: Sql, unit: TimeUnit, { types }: ColumnFacts): Sql {
  // date_trunc gives microseconds: too coarse a road for TIMESTAMP_NS.
  if (types.reference === 'TIMESTAMP_NS') return cutNanoseconds(timestamp, sql`0`, unit);
  return unit.cut(timestamp);
}

/** The nearest start of the unit, halves up. */
export function roundTo(timestamp: Sql, unit: TimeUnit, { types }: ColumnFacts): Sql {
  const half = BigInt(unit.microseconds) * 500n;
  if (types.reference === 'TIMESTAMP_NS') return cutNanoseconds(timestamp, integer(half), unit);
  return unit.cut(sql`${timestamp} + to_microseconds(${integer(half / 1000n)})`);
}

function cutNanoseconds(timestamp: Sql, added: Sql, unit: TimeUnit): Sql {
  const step = integer(BigInt(unit.microseconds) * 1000n);
  const moved = sql`(epoch_ns(${timestamp}) + ${added})`;
  return sql`make_timestamp_ns(${moved} - ((${moved} % ${step}) + ${step}) % ${step})`;
}

/** The reference holds points in time; the candidate too, or days only, or either as text. */
export function areTimestamps({ families }: ColumnFacts): boolean {
  return families.reference === 'timestamp' && ['timestamp', 'date', 'text'].includes(families.candidate);
}
