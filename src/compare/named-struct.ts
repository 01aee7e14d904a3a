/** Structs without names of their fields, which a Parquet file makes of a union, and which the engine keeps in no table. */
import { ident, integer, join, type Sql, sql } from '../sql/sql.ts';
import { parseType, type TypeField, type TypeTree } from './type-tree.ts';

/** The value with its fields named by their places, "1", "2", …, where they have no names; else the value itself. */
export function namedStruct(value: Sql, type: string): Sql {
  return named(value, parseType(type));
}

function named(value: Sql, type: TypeTree): Sql {
  if (type.kind !== 'struct' || !hasNoNames(type)) return value;
  const fields = type.fields.map((field, i) => {
    const inner = named(sql`struct_extract_at(${value}, ${integer(i + 1)})`, field.type);
    return sql`${ident(nameOf(field, i))} := ${inner}`;
  });
  return sql`CASE WHEN ${value} IS NOT NULL THEN struct_pack(${join(fields)}) END`;
}

function hasNoNames(type: TypeTree): boolean {
  return type.kind === 'struct' && type.fields.some((field) => isUnnamed(field) || hasNoNames(field.type));
}

function isUnnamed({ name }: TypeField): boolean {
  return name === null || name === '';
}

function nameOf(field: TypeField, i: number): string {
  return isUnnamed(field) ? String(i + 1) : (field.name ?? '');
}
