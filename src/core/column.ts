/** A column as the engine names and types it. Types are DuckDB's names: `BIGINT`, `DECIMAL(10,2)`, `STRUCT(a INTEGER)`. */
export interface Column {
  readonly name: string;
  readonly type: string;
}

export type TypeFamily =
  | 'integer'
  | 'decimal'
  | 'float'
  | 'text'
  | 'date'
  | 'timestamp'
  | 'time'
  | 'boolean'
  | 'blob'
  | 'nested'
  | 'other';

const FAMILIES: readonly (readonly [RegExp, TypeFamily])[] = [
  [/(\[\d*\])$|^(STRUCT|MAP|UNION|LIST|ARRAY)\b/, 'nested'],
  [/^(U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|BIGNUM)$/, 'integer'],
  [/^DECIMAL\b/, 'decimal'],
  [/^(FLOAT|DOUBLE)$/, 'float'],
  [/^(VARCHAR$|JSON$|ENUM\b)/, 'text'],
  [/^DATE$/, 'date'],
  [/^TIMESTAMP/, 'timestamp'],
  [/^TIME/, 'time'],
  [/^BOOLEAN$/, 'boolean'],
  [/^BLOB$/, 'blob'],
];

/** The family of a type, as detectors and comparison ask for it. */
export function familyOf(type: string): TypeFamily {
  return FAMILIES.find(([pattern]) => pattern.test(type))?.[1] ?? 'other';
}

export function isNumeric(type: string): boolean {
  const family = familyOf(type);
  return family === 'integer' || family === 'decimal' || family === 'float';
}
