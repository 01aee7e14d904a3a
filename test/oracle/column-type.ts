/** The types that a table can be made with: their SQL, the literals of their values, and values that lie near another. */
import fc from 'fast-check';

export type ColumnType =
  | { readonly kind: 'integer'; readonly sql: string; readonly min: bigint; readonly max: bigint }
  | { readonly kind: 'decimal'; readonly width: number; readonly scale: number }
  | { readonly kind: 'float'; readonly sql: 'FLOAT' | 'DOUBLE' }
  | { readonly kind: 'text' | 'json' | 'enum' | 'bit' | 'boolean' | 'uuid' | 'blob' | 'date' | 'interval' }
  | { readonly kind: 'timestamp'; readonly sql: string; readonly per_second: bigint }
  | { readonly kind: 'time'; readonly sql: 'TIME' | 'TIME_NS' | 'TIMETZ' }
  | { readonly kind: 'list'; readonly item: ColumnType }
  | { readonly kind: 'array'; readonly item: ColumnType; readonly size: number }
  | { readonly kind: 'struct'; readonly fields: readonly { readonly name: string; readonly type: ColumnType }[] }
  | { readonly kind: 'map'; readonly key: ColumnType; readonly value: ColumnType }
  | { readonly kind: 'union'; readonly members: readonly { readonly name: string; readonly type: ColumnType }[] };

/**
 * A value of a generated table. Numbers of integer and time types are `bigint` in the type's own unit, decimals scaled;
 * an interval is [months, days, milliseconds], a union [tag, value], a map a list of [key, value], a struct a list.
 */
export type Cell = null | boolean | number | bigint | string | readonly Cell[];

export const INTEGERS: readonly ColumnType[] = [8n, 16n, 32n, 64n].flatMap((bits) => {
  const name = { 8: 'TINYINT', 16: 'SMALLINT', 32: 'INTEGER', 64: 'BIGINT' }[Number(bits)] as string;
  return [
    { kind: 'integer', sql: name, min: -(2n ** (bits - 1n)), max: 2n ** (bits - 1n) - 1n },
    { kind: 'integer', sql: `U${name}`, min: 0n, max: 2n ** bits - 1n },
  ] as const;
});
/** Parquet has no such integers: they come back as doubles, or as text. */
export const WIDE_INTEGERS: readonly ColumnType[] = [
  { kind: 'integer', sql: 'HUGEINT', min: -(2n ** 127n), max: 2n ** 127n - 1n },
  { kind: 'integer', sql: 'UHUGEINT', min: 0n, max: 2n ** 128n - 1n },
  { kind: 'integer', sql: 'BIGNUM', min: -(10n ** 18n), max: 10n ** 18n },
];
const DECIMALS: readonly ColumnType[] = (
  [
    [4, 1],
    [9, 2],
    [18, 3],
    [18, 0],
    [20, 2],
    [38, 10],
    [38, 0],
  ] as const
).map(([width, scale]) => ({ kind: 'decimal', width, scale }));
const TIMESTAMPS: readonly ColumnType[] = [
  { kind: 'timestamp', sql: 'TIMESTAMP_S', per_second: 1n },
  { kind: 'timestamp', sql: 'TIMESTAMP_MS', per_second: 1_000n },
  { kind: 'timestamp', sql: 'TIMESTAMP', per_second: 1_000_000n },
  { kind: 'timestamp', sql: 'TIMESTAMP_NS', per_second: 1_000_000_000n },
  { kind: 'timestamp', sql: 'TIMESTAMPTZ', per_second: 1_000_000n },
];
const TIMES: readonly ColumnType[] = [
  { kind: 'time', sql: 'TIME' },
  { kind: 'time', sql: 'TIME_NS' },
  { kind: 'time', sql: 'TIMETZ' },
];
const FLOATS: readonly ColumnType[] = [
  { kind: 'float', sql: 'FLOAT' },
  { kind: 'float', sql: 'DOUBLE' },
];
const PLAIN = ['text', 'json', 'enum', 'bit', 'boolean', 'uuid', 'blob', 'date', 'interval'] as const;

export const ENUM_TEXTS = ['a', 'b', 'B', "it's", ''] as const;
const FIELD_NAMES = ['a', 'b', 'A b', '"q"', 'c'] as const;

/** Types without members. Those of text and number stand in it more often, since most rules are for them. */
export const scalarType: fc.Arbitrary<ColumnType> = fc.oneof(
  { arbitrary: fc.constantFrom(...INTEGERS), weight: 4 },
  { arbitrary: fc.constant<ColumnType>({ kind: 'text' }), weight: 4 },
  { arbitrary: fc.constantFrom(...DECIMALS), weight: 3 },
  { arbitrary: fc.constantFrom(...FLOATS), weight: 3 },
  { arbitrary: fc.constantFrom(...TIMESTAMPS), weight: 3 },
  { arbitrary: fc.constantFrom(...PLAIN.map((kind): ColumnType => ({ kind }))), weight: 6 },
  { arbitrary: fc.constantFrom(...TIMES), weight: 1 },
  { arbitrary: fc.constantFrom(...WIDE_INTEGERS), weight: 1 },
);

function named(member: fc.Arbitrary<ColumnType>): fc.Arbitrary<{ readonly name: string; readonly type: ColumnType }[]> {
  return fc
    .uniqueArray(fc.constantFrom(...FIELD_NAMES), { minLength: 1, maxLength: 3 })
    .chain((names) => fc.tuple(...names.map((name) => member.map((type) => ({ name, type })))));
}

/** Parquet makes an unnamed struct of it, which the engine reads back at the top of a row only. */
const unionType: fc.Arbitrary<ColumnType> = named(scalarType).map((members) => ({ kind: 'union', members }));

function nested(member: fc.Arbitrary<ColumnType>): fc.Arbitrary<ColumnType> {
  return fc.oneof(
    member.map((item): ColumnType => ({ kind: 'list', item })),
    fc.record({ kind: fc.constant('array'), item: member, size: fc.constantFrom(1, 2) }) as fc.Arbitrary<ColumnType>,
    named(member).map((fields): ColumnType => ({ kind: 'struct', fields })),
    fc.tuple(scalarType.filter(isHashable), member).map(([key, value]): ColumnType => ({ kind: 'map', key, value })),
  );
}

/** Nested types, at most three deep. */
export const nestedType: fc.Arbitrary<ColumnType> = fc.oneof(
  { arbitrary: nested(scalarType), weight: 4 },
  { arbitrary: nested(fc.oneof(scalarType, nested(scalarType))), weight: 1 },
);

export const anyType: fc.Arbitrary<ColumnType> = fc.oneof(
  { arbitrary: scalarType, weight: 20 },
  { arbitrary: nestedType, weight: 5 },
  { arbitrary: unionType, weight: 1 },
);

/** A key of these says something; an interval or a piece of JSON hardly ever is one. */
export function isHashable(type: ColumnType): boolean {
  return 'sql' in type || ['decimal', 'text', 'enum', 'boolean', 'uuid', 'blob', 'date'].includes(type.kind);
}

export function typeSql(type: ColumnType): string {
  switch (type.kind) {
    case 'integer':
    case 'float':
    case 'timestamp':
    case 'time':
      return type.sql;
    case 'decimal':
      return `DECIMAL(${type.width},${type.scale})`;
    case 'text':
      return 'VARCHAR';
    case 'enum':
      return `ENUM(${ENUM_TEXTS.map(quoted).join(', ')})`;
    case 'list':
      return `${typeSql(type.item)}[]`;
    case 'array':
      return `${typeSql(type.item)}[${type.size}]`;
    case 'struct':
      return `STRUCT(${type.fields.map(member).join(', ')})`;
    case 'union':
      return `UNION(${type.members.map(member).join(', ')})`;
    case 'map':
      return `MAP(${typeSql(type.key)}, ${typeSql(type.value)})`;
    default:
      return type.kind.toUpperCase();
  }
}

function member({ name, type }: { readonly name: string; readonly type: ColumnType }): string {
  return `${quotedName(name)} ${typeSql(type)}`;
}

export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The value as an SQL expression of exactly this type. */
export function literal(type: ColumnType, cell: Cell): string {
  return `CAST(${expression(type, cell)} AS ${typeSql(type)})`;
}

function expression(type: ColumnType, cell: Cell): string {
  if (cell === null) return 'NULL';
  const parts = cell as readonly Cell[];
  switch (type.kind) {
    case 'integer':
    case 'boolean':
      return quoted(String(cell));
    case 'decimal':
      return quoted(decimalText(cell as bigint, type.scale));
    case 'float':
      return quoted(Object.is(cell, -0) ? '-0.0' : String(cell));
    case 'date':
      return typeof cell === 'string' ? quoted(cell) : `DATE '1970-01-01' + ${cell}`;
    case 'timestamp':
      if (typeof cell === 'string') return quoted(cell);
      return type.sql === 'TIMESTAMP_NS'
        ? `make_timestamp_ns(${cell})`
        : `make_timestamp(${((cell as bigint) * 1_000_000n) / type.per_second})`;
    case 'time':
      return quoted(timeText(cell as bigint, type.sql === 'TIME_NS' ? 9 : 6));
    case 'uuid':
      return quoted(uuidText(cell as bigint));
    case 'blob':
      return `from_hex(${quoted(cell as string)})`;
    case 'interval':
      return `to_months(${parts[0]}) + to_days(${parts[1]}) + to_milliseconds(${parts[2]})`;
    case 'list':
    case 'array':
      return `[${parts.map((item) => literal(type.item, item)).join(', ')}]`;
    case 'struct':
      return `{${type.fields.map((field, i) => `${quotedName(field.name)}: ${literal(field.type, parts[i] ?? null)}`).join(', ')}}`;
    case 'map': {
      const entries = parts as readonly (readonly Cell[])[];
      const keys = entries.map(([key]) => literal(type.key, key ?? null));
      const values = entries.map(([, value]) => literal(type.value, value ?? null));
      return `map([${keys.join(', ')}], [${values.join(', ')}])`;
    }
    case 'union': {
      const at = Number(parts[0]);
      const chosen = type.members[at] as { readonly name: string; readonly type: ColumnType };
      return `union_value(${quotedName(chosen.name)} := ${literal(chosen.type, parts[1] ?? null)})`;
    }
    default:
      return quoted(cell as string);
  }
}

export function decimalText(scaled: bigint, scale: number): string {
  const digits = String(scaled < 0n ? -scaled : scaled).padStart(scale + 1, '0');
  const point = digits.length - scale;
  return `${scaled < 0n ? '-' : ''}${digits.slice(0, point)}${scale > 0 ? `.${digits.slice(point)}` : ''}`;
}

/** `units` since midnight, of so many digits behind the second. */
function timeText(units: bigint, digits: number): string {
  const perSecond = 10n ** BigInt(digits);
  const two = (n: bigint) => String(n).padStart(2, '0');
  const seconds = units / perSecond;
  const clock = [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n].map(two).join(':');
  return `${clock}.${String(units % perSecond).padStart(digits, '0')}`;
}

export function uuidText(bits: bigint): string {
  return bits
    .toString(16)
    .padStart(32, '0')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
