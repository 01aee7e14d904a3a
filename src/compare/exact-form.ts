/**
 * The parts that all forms are made of. Two values of two types are equal iff their forms are, and the engine's `=` and
 * `hash()` are right on a form.
 *
 * The engine's hash is not right on every type: of 128-bit values (HUGEINT, DECIMAL beyond 18 digits, UUID) the two
 * halves are XORed, so 0 and -1 hash alike; one month hashes as thirty days; a list's hash does not tell [2, 1] after 0
 * from [1] after 2. Such values are compared by their sort key, the bytes by which the engine orders them: another value
 * has other bytes, but for -0.0 and 0.0, and for one NaN and another, which have the same. Over 3 M rows, two threads:
 * DECIMAL(38,2) 41 ms against 1,086 as text and 22 unsoundly as it is; HUGEINT 46, 854, 29; UUID 45, 66, 22; a struct of
 * three 76, 361, –; a list of three 84, 199, 38; an interval 40, 84, –.
 */
import { type Sql, sql } from '../sql/sql.ts';

/** How the values of two types are brought to one type. */
export interface Form {
  readonly name: string;
  /** False: the values stand for themselves on both sides. */
  readonly converts: boolean;
  /** Whether `=` and `hash()` are right on it; if not, its sort key is compared. */
  readonly hashes: boolean;
  readonly first: (value: Sql) => Sql;
  readonly second: (value: Sql) => Sql;
}

export const identity = (value: Sql): Sql => value;

export function castText(value: Sql): Sql {
  return sql`CAST(${value} AS VARCHAR)`;
}

/** One conversion on both sides. */
export function alike(name: string, hashes: boolean, convert: (value: Sql) => Sql): Form {
  return { name, converts: true, hashes, first: convert, second: convert };
}

/** Bytes that tell values of one type apart. Not those of NULL, which stays NULL. */
export function sortKey(value: Sql): Sql {
  return sql`create_sort_key(${value}, 'ASC NULLS LAST')`;
}

/** For a value that has no place in the compared type: bytes that no sort key begins with, and its text. */
export function apart(value: Sql): Sql {
  return sql`CAST('\\xFF' AS BLOB) || encode(${castText(value)})`;
}

/** The sort key of what the value converts to; apart where it converts to nothing. */
export function sortKeyOr(converted: Sql, value: Sql): Sql {
  return sql`CASE WHEN ${value} IS NULL THEN NULL WHEN ${converted} IS NULL THEN ${apart(value)} ELSE ${sortKey(converted)} END`;
}
