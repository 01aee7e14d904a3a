/** Constant shifts of points in time, exact for every timestamp type. */
import { integer, type Sql, sql } from '../sql/sql.ts';
import type { ColumnFacts } from './detector.ts';

export const DAY_SECONDS = 86_400;

/** The microseconds from the reference to the candidate; NULL where either is NULL or infinite. */
export function shiftBetween(reference: Sql, candidate: Sql): Sql {
  return sql`TRY(epoch_us(${candidate}) - epoch_us(${reference}))`;
}

export function shiftedBy(reference: Sql, microseconds: bigint, { types }: ColumnFacts): Sql {
  // Adding an interval to TIMESTAMP_NS gives microseconds.
  if (types.reference === 'TIMESTAMP_NS') {
    return sql`make_timestamp_ns(epoch_ns(${reference}) + ${integer(microseconds * 1000n)})`;
  }
  return microseconds % 1_000_000n === 0n
    ? sql`${reference} + to_seconds(${integer(microseconds / 1_000_000n)})`
    : sql`${reference} + to_microseconds(${integer(microseconds)})`;
}
