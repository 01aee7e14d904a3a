/**
 * Types that an owner may declare for the columns of a text format. A closed list, because a type stands in the SQL as
 * structure: what comes out of a config is looked up here, never pasted. Hive's names are known beside DuckDB's.
 *
 * A cast alone is not exact: DuckDB takes '1.5' for the INTEGER 2, '1.005' for the DECIMAL(10,2) 1.01, and cuts a
 * timestamp to a DATE. So each type says which texts are its values to the last digit. HUGEINT is not among them:
 * Parquet has no such type, and the engine would write doubles.
 */
import { integer, type Sql, sql, value } from '../sql/sql.ts';

export interface DeclaredType {
  /** DuckDB's name. */
  readonly name: string;
  readonly sql: Sql;
  /** A condition over a text: it is written exactly as this type can hold it. Null: whatever casts is exact enough. */
  readonly form: ((text: Sql) => Sql) | null;
}

const WHOLE = String.raw`[+-]?\d+`;
const DATE = String.raw`\d{1,6}-\d{1,2}-\d{1,2}`;
const TIME = String.raw`\d{1,2}:\d{2}(:\d{2}(\.\d{1,6}0*)?)?`;
const ZONE = String.raw`(Z|[+-]\d{2}(:?\d{2})?)`;

function written(pattern: string): (text: Sql) => Sql {
  return (text) => sql`regexp_full_match(${text}, ${value(pattern)})`;
}

const TEXT: DeclaredType = { name: 'VARCHAR', sql: sql`VARCHAR`, form: null };
const TIMESTAMP_FORM = written(`${DATE}([ T]${TIME})?`);

const TYPES: readonly (readonly [names: string, type: DeclaredType])[] = [
  ['VARCHAR STRING TEXT', TEXT],
  ['TINYINT', { name: 'TINYINT', sql: sql`TINYINT`, form: written(WHOLE) }],
  ['SMALLINT', { name: 'SMALLINT', sql: sql`SMALLINT`, form: written(WHOLE) }],
  ['INTEGER INT', { name: 'INTEGER', sql: sql`INTEGER`, form: written(WHOLE) }],
  ['BIGINT LONG', { name: 'BIGINT', sql: sql`BIGINT`, form: written(WHOLE) }],
  ['UTINYINT', { name: 'UTINYINT', sql: sql`UTINYINT`, form: written(WHOLE) }],
  ['USMALLINT', { name: 'USMALLINT', sql: sql`USMALLINT`, form: written(WHOLE) }],
  ['UINTEGER', { name: 'UINTEGER', sql: sql`UINTEGER`, form: written(WHOLE) }],
  ['UBIGINT', { name: 'UBIGINT', sql: sql`UBIGINT`, form: written(WHOLE) }],
  ['FLOAT REAL', { name: 'FLOAT', sql: sql`FLOAT`, form: null }],
  ['DOUBLE', { name: 'DOUBLE', sql: sql`DOUBLE`, form: null }],
  ['BOOLEAN BOOL', { name: 'BOOLEAN', sql: sql`BOOLEAN`, form: null }],
  ['DATE', { name: 'DATE', sql: sql`DATE`, form: written(DATE) }],
  ['TIME', { name: 'TIME', sql: sql`TIME`, form: written(TIME) }],
  ['TIMESTAMP DATETIME', { name: 'TIMESTAMP', sql: sql`TIMESTAMP`, form: TIMESTAMP_FORM }],
  [
    'TIMESTAMPTZ|TIMESTAMP WITH TIME ZONE',
    { name: 'TIMESTAMP WITH TIME ZONE', sql: sql`TIMESTAMPTZ`, form: written(`${DATE}([ T]${TIME})? ?${ZONE}?`) },
  ],
  ['UUID', { name: 'UUID', sql: sql`UUID`, form: null }],
  ['JSON', { name: 'JSON', sql: sql`JSON`, form: null }],
];

const BY_NAME = new Map(
  TYPES.flatMap(([names, type]) => names.split(names.includes('|') ? '|' : ' ').map((name) => [name, type] as const)),
);

/** The type that a config's text names, in any case: `BIGINT`, `string`, `decimal(10,2)`, `varchar(20)`. Null for any other. */
export function declaredType(text: string): DeclaredType | null {
  const name = text.trim().toUpperCase().replaceAll(/\s+/g, ' ');
  if (/^(VAR)?CHAR ?\( ?\d+ ?\)$/.test(name)) return TEXT;
  const decimal = /^(?:DECIMAL|NUMERIC) ?\( ?(\d{1,2}) ?(?:, ?(\d{1,2}) ?)?\)$/.exec(name);
  if (decimal !== null) return decimalType(Number(decimal[1]), Number(decimal[2] ?? 0));
  return BY_NAME.get(name) ?? null;
}

export function decimalType(precision: number, scale: number): DeclaredType | null {
  if (precision < 1 || precision > 38 || scale > precision) return null;
  const fraction = scale === 0 ? String.raw`(\.0*)?` : String.raw`(\.\d{0,${scale}}0*)?`;
  return {
    name: `DECIMAL(${precision},${scale})`,
    sql: sql`DECIMAL(${integer(precision)}, ${integer(scale)})`,
    form: written(String.raw`[+-]?\d*${fraction}`),
  };
}
