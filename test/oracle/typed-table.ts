/**
 * Reads a side whole, as typed JavaScript values. The driver is asked directly, not through the product's engine port, which
 * hands over text for much of it.
 */
import {
  DuckDBBlobValue,
  type DuckDBConnection,
  DuckDBDateValue,
  DuckDBDecimalType,
  DuckDBDecimalValue,
  DuckDBIntervalValue,
  DuckDBListType,
  DuckDBListValue,
  DuckDBMapType,
  DuckDBMapValue,
  DuckDBStructType,
  DuckDBStructValue,
  DuckDBTimeNSValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeTZValue,
  DuckDBTimeValue,
  type DuckDBType,
  DuckDBTypeId,
  DuckDBUUIDValue,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { TypeFamily } from '../../src/core/column.ts';
import { quoted, quotedName } from './column-type.ts';

/** What a value is, as far as the rules of equality ask. */
export type ValueType =
  | { readonly kind: 'exact'; readonly scale: number; readonly integer: boolean }
  | { readonly kind: 'float'; readonly single: boolean }
  | { readonly kind: 'text'; readonly json: boolean }
  | { readonly kind: 'instant'; readonly date: boolean }
  | { readonly kind: 'time' | 'zoned_time' | 'interval' | 'boolean' | 'uuid' | 'blob' }
  | { readonly kind: 'list'; readonly item: ValueType }
  | { readonly kind: 'struct'; readonly fields: readonly { readonly name: string; readonly type: ValueType }[] }
  | { readonly kind: 'map'; readonly key: ValueType; readonly value: ValueType };

/**
 * Exact numbers are scaled `bigint`; instants and times `bigint` nanoseconds, infinite ones ±Infinity; a uuid is a
 * `bigint`, a blob its bytes in hexadecimal, an interval [months, days, microseconds], a zoned time [nanoseconds, offset].
 * Lists and structs are their members in order, a map is its [key, value] entries.
 */
export type Value = null | boolean | number | bigint | string | readonly Value[];

export interface TypedColumn {
  readonly name: string;
  readonly type: ValueType;
}

export interface TypedTable {
  readonly columns: readonly TypedColumn[];
  /** In the order of the files and of the rows in each. */
  readonly rows: readonly (readonly Value[])[];
  /** The same rows as the files have them, without the spec's expressions. */
  readonly written: Omit<TypedTable, 'written'>;
}

/** What a spec has read in place of the files' own rows and columns. */
export interface Replaced {
  /** A condition in SQL; null for all rows. */
  readonly where: string | null;
  readonly expressions: readonly { readonly name: string; readonly sql: string }[];
}

/** Reads Parquet files of one schema. Conditions and expressions are SQL, so the engine says what they mean. */
export async function readTyped(
  connection: DuckDBConnection,
  paths: readonly string[],
  replaced: Replaced,
): Promise<TypedTable> {
  const written = await readRows(connection, paths, { ...replaced, expressions: [] });
  return { ...(replaced.expressions.length === 0 ? written : await readRows(connection, paths, replaced)), written };
}

async function readRows(
  connection: DuckDBConnection,
  paths: readonly string[],
  { where, expressions }: Replaced,
): Promise<TypedTable['written']> {
  const replaced = expressions.map(({ name, sql }) => `${sql} AS ${quotedName(name)}`).join(', ');
  const chosen = replaced === '' ? '*' : `* REPLACE (${replaced})`;
  const condition = where === null ? '' : ` WHERE ${where}`;
  const rows: (readonly Value[])[] = [];
  let columns: readonly TypedColumn[] = [];
  for (const path of paths) {
    const result = await connection.runAndReadAll(
      `SELECT ${chosen} FROM read_parquet(${quoted(path)}, hive_partitioning = false)${condition}`,
    );
    const types = result.columnTypes().map(valueType);
    columns = result.columnNames().map((name, i) => ({ name, type: types[i] as ValueType }));
    rows.push(
      ...result.getRows().map((row) => row.map((value, i) => typed(types[i] as ValueType, value as DuckDBValue))),
    );
  }
  return { columns, rows };
}

const INTEGERS: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.USMALLINT,
  DuckDBTypeId.UINTEGER,
  DuckDBTypeId.UBIGINT,
]);

function valueType(type: DuckDBType): ValueType {
  if (INTEGERS.has(type.typeId)) return { kind: 'exact', scale: 0, integer: true };
  if (type instanceof DuckDBDecimalType) return { kind: 'exact', scale: type.scale, integer: false };
  if (type instanceof DuckDBListType) return { kind: 'list', item: valueType(type.valueType) };
  if (type instanceof DuckDBMapType)
    return { kind: 'map', key: valueType(type.keyType), value: valueType(type.valueType) };
  if (type instanceof DuckDBStructType)
    return {
      kind: 'struct',
      fields: type.entryTypes.map((entry, i) => ({ name: type.entryNames[i] as string, type: valueType(entry) })),
    };
  switch (type.typeId) {
    case DuckDBTypeId.FLOAT:
    case DuckDBTypeId.DOUBLE:
      return { kind: 'float', single: type.typeId === DuckDBTypeId.FLOAT };
    case DuckDBTypeId.VARCHAR:
      return { kind: 'text', json: type.alias === 'JSON' };
    case DuckDBTypeId.DATE:
    case DuckDBTypeId.TIMESTAMP:
    case DuckDBTypeId.TIMESTAMP_NS:
    case DuckDBTypeId.TIMESTAMP_TZ:
      return { kind: 'instant', date: type.typeId === DuckDBTypeId.DATE };
    case DuckDBTypeId.TIME:
    case DuckDBTypeId.TIME_NS:
      return { kind: 'time' };
    case DuckDBTypeId.TIME_TZ:
      return { kind: 'zoned_time' };
    case DuckDBTypeId.INTERVAL:
      return { kind: 'interval' };
    case DuckDBTypeId.BOOLEAN:
      return { kind: 'boolean' };
    case DuckDBTypeId.UUID:
      return { kind: 'uuid' };
    case DuckDBTypeId.BLOB:
      return { kind: 'blob' };
    default:
      throw new TypeError(`the oracle does not read ${type}`);
  }
}

const DAY_NS = 86_400_000_000_000n;

function typed(type: ValueType, value: DuckDBValue): Value {
  if (value === null) return null;
  if (type.kind === 'exact' && !(value instanceof DuckDBDecimalValue)) return BigInt(value as number | bigint);
  if (typeof value !== 'object') return value as Value;
  if (value instanceof DuckDBDecimalValue) return value.value;
  if (value instanceof DuckDBDateValue) return value.isFinite ? BigInt(value.days) * DAY_NS : infinite(value.days > 0);
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue)
    return value.isFinite ? value.micros * 1000n : infinite(value.micros > 0n);
  if (value instanceof DuckDBTimestampNanosecondsValue)
    return value.isFinite ? value.nanos : infinite(value.nanos > 0n);
  if (value instanceof DuckDBTimeValue) return value.micros * 1000n;
  if (value instanceof DuckDBTimeNSValue) return value.nanos;
  if (value instanceof DuckDBTimeTZValue) return [value.micros * 1000n, value.offset];
  if (value instanceof DuckDBIntervalValue) return [value.months, value.days, value.micros];
  if (value instanceof DuckDBUUIDValue) return value.toUint128();
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString('hex');
  if (value instanceof DuckDBListValue && type.kind === 'list')
    return value.items.map((item) => typed(type.item, item));
  if (value instanceof DuckDBMapValue && type.kind === 'map')
    return value.entries.map((entry) => [typed(type.key, entry.key), typed(type.value, entry.value)]);
  if (value instanceof DuckDBStructValue && type.kind === 'struct')
    return type.fields.map((field) => typed(field.type, value.entries[field.name] as DuckDBValue));
  throw new TypeError(`the oracle does not read ${value}`);
}

function infinite(positive: boolean): number {
  return positive ? Infinity : -Infinity;
}

/** The family that a rule for a type names. */
export function familyOfType(type: ValueType): TypeFamily {
  switch (type.kind) {
    case 'exact':
      return type.integer ? 'integer' : 'decimal';
    case 'instant':
      return type.date ? 'date' : 'timestamp';
    case 'zoned_time':
      return 'time';
    case 'list':
    case 'struct':
    case 'map':
      return 'nested';
    case 'interval':
    case 'uuid':
      return 'other';
    default:
      return type.kind;
  }
}
