/** Nested values as text in which the members of a list stand in the order of their own text, at every depth. */
import type { Side, Sided } from '../core/side.ts';
import { ident, integer, join, type Sql, sql } from '../sql/sql.ts';
import { comparedAs } from './compared-as.ts';
import { parseType, type TypeField, type TypeTree } from './type-tree.ts';

/**
 * Equal for two nested values that differ in the order of their lists' members only: each member counts as often as it
 * stands there. What is no list, struct or map on both sides is compared as it is elsewhere.
 */
export function unorderedForm(value: Sql, types: Sided<string>, side: Side): Sql {
  return formOf(value, { production: parseType(types.production), shadow: parseType(types.shadow) }, side);
}

function formOf(value: Sql, types: Sided<TypeTree>, side: Side): Sql {
  const { production, shadow } = types;
  if (production.kind === 'list' && shadow.kind === 'list') {
    return members(value, formOf(GIVEN, { production: production.item, shadow: shadow.item }, side));
  }
  if (production.kind === 'map' && shadow.kind === 'map') {
    const key = formOf(sql`(given).key`, { production: production.key, shadow: shadow.key }, side);
    const item = formOf(sql`(given).value`, { production: production.value, shadow: shadow.value }, side);
    return members(sql`map_entries(${value})`, asText([key, item]));
  }
  if (production.kind === 'struct' && shadow.kind === 'struct') {
    const fields = fieldForms(value, { production: production.fields, shadow: shadow.fields }, side);
    if (fields !== null) return sql`CASE WHEN ${value} IS NOT NULL THEN ${asText(fields)} END`;
  }
  return scalarText(value, { production: production.text, shadow: shadow.text }, side);
}

const GIVEN = sql`given`;

function members(list: Sql, form: Sql): Sql {
  return sql`CAST(to_json(list_sort(list_transform(${list}, lambda given: ${form}))) AS VARCHAR)`;
}

/** JSON keeps the parts apart, whatever they hold. */
function asText(parts: readonly Sql[]): Sql {
  return sql`CAST(to_json([${join(parts)}]) AS VARCHAR)`;
}

/** The fields in the order of their names; null where the two structs do not have the same ones. */
function fieldForms(value: Sql, fields: Sided<readonly TypeField[]>, side: Side): readonly Sql[] | null {
  const named = (list: readonly TypeField[]) =>
    list.map(({ name, type }, i) => ({ name, type, key: name ?? `#${i}`, position: i + 1 }));
  const [production, shadow] = [named(fields.production), named(fields.shadow)];
  if (production.length !== shadow.length || production.length === 0) return null;
  const forms: Sql[] = [];
  for (const one of production.toSorted((a, b) => (a.key < b.key ? -1 : 1))) {
    const other = shadow.find(({ key }) => key === one.key);
    if (other === undefined) return null;
    const { name, position } = side === 'production' ? one : other;
    const field =
      name === null ? sql`struct_extract_at(${value}, ${integer(position)})` : sql`(${value}).${ident(name)}`;
    forms.push(formOf(field, { production: one.type, shadow: other.type }, side));
  }
  return forms;
}

/** The exact form as text; 0.0 and -0.0 are one number, and print differently. */
function scalarText(value: Sql, types: Sided<string>, side: Side): Sql {
  const exact = comparedAs(types.production, types.shadow);
  const isFloat = exact.compared_as === 'DOUBLE' || exact.compared_as === 'FLOAT';
  const form = isFloat ? sql`CAST(${exact[side](value)} AS DOUBLE) + CAST(0 AS DOUBLE)` : exact[side](value);
  return sql`CAST(${form} AS VARCHAR)`;
}
