/**
 * Nested values of two types as nested values of one type: fields of a struct by name, entries of a map in the order of
 * their keys, and inside, every value in the form of its two types. What needs none of that stays as it is.
 */
import { ident, integer, join, type Sql, sql } from '../sql/sql.ts';
import { type Form, identity } from './exact-form.ts';
import type { TypeField, TypeTree } from './type-tree.ts';

/** The form of two inner values, which need not hash well: the sort key of the whole is compared. */
export type InnerForm = (first: TypeTree, second: TypeTree, depth: number) => Form;

type Convert = Form['first'];

/** Null: the two have no form in common. */
export function nestedForm(first: TypeTree, second: TypeTree, depth: number, inner: InnerForm): Form | null {
  if (first.kind === 'list' && second.kind === 'list') return listForm(first, second, depth, inner);
  if (first.kind === 'struct' && second.kind === 'struct') return structForm(first, second, depth, inner);
  if (first.kind === 'map' && second.kind === 'map') return mapForm(first, second, depth, inner);
  if (first.kind === 'union' && second.kind === 'union') return unionForm(first, second, depth, inner);
  return null;
}

type TypeOf<K extends TypeTree['kind']> = Extract<TypeTree, { kind: K }>;

function listForm(first: TypeOf<'list'>, second: TypeOf<'list'>, depth: number, inner: InnerForm): Form {
  const item = inner(first.item, second.item, depth + 1);
  const isSame = first.text === second.text;
  const name = !item.converts && isSame ? first.text : `${item.name}[]`;
  // An array becomes a list always: the engine has none in a CASE.
  if (!item.converts && first.size === null && second.size === null)
    return { name, converts: false, hashes: false, first: identity, second: identity };
  const each =
    (convert: Convert): Convert =>
    (list) =>
      sql`list_transform(${list}, lambda ${itemName(depth)}: ${convert(itemName(depth))})`;
  return { name, converts: true, hashes: false, first: each(item.first), second: each(item.second) };
}

/** By depth, since a list in a list would hide the outer one's. */
function itemName(depth: number): Sql {
  return ident(`item_${depth}`);
}

interface PairedField {
  readonly name: string | null;
  readonly form: Form;
  /** Positions from 1; null where the side does not have the field, which then counts as NULL. */
  readonly first: number | null;
  readonly second: number | null;
}

function structForm(first: TypeOf<'struct'>, second: TypeOf<'struct'>, depth: number, inner: InnerForm): Form {
  const fields = pairFields(first.fields, second.fields, depth, inner);
  if (fields.every((field) => !field.form.converts && field.first === field.second))
    return { name: first.text, converts: false, hashes: false, first: identity, second: identity };
  const pack =
    (side: 'first' | 'second'): Convert =>
    (struct) => {
      const values = fields.map((field) =>
        fieldValue(field, side, (at) => sql`struct_extract_at(${struct}, ${integer(at)})`),
      );
      return sql`CASE WHEN ${struct} IS NOT NULL THEN row(${join(values)}) END`;
    };
  const names = fields.map(({ name, form }) => (name === null ? form.name : `${quoted(name)} ${form.name}`));
  return {
    name: `STRUCT(${names.join(', ')})`,
    converts: true,
    hashes: false,
    first: pack('first'),
    second: pack('second'),
  };
}

/** Where one side has no such field, a list of one: NULL has one sort key whatever is in a list, but not whatever is in a struct. */
function fieldValue(field: PairedField, side: 'first' | 'second', read: (position: number) => Sql): Sql {
  const at = field[side];
  if (at === null) return sql`NULL`;
  const value = field.form[side](read(at));
  if (field.first !== null && field.second !== null) return value;
  return sql`CASE WHEN ${read(at)} IS NOT NULL THEN [${value}] END`;
}

/** By name; fields without names by position. In the order of the names, so that the sides may be exchanged. */
function pairFields(
  first: readonly TypeField[],
  second: readonly TypeField[],
  depth: number,
  inner: InnerForm,
): readonly PairedField[] {
  const places = (fields: readonly TypeField[]): Map<string, { type: TypeTree; at: number }> =>
    new Map(
      fields.map(({ name, type }, i) => [name === null || name === '' ? `#${i + 1}` : `"${name}`, { type, at: i + 1 }]),
    );
  const [a, b] = [places(first), places(second)];
  const names = [...new Set([...a.keys(), ...b.keys()])];
  const isInOrder = names.every((name) => a.get(name)?.at === b.get(name)?.at);
  return (isInOrder ? names : names.sort()).flatMap((name) => {
    const [one, other] = [a.get(name), b.get(name)];
    const types = [one?.type ?? other?.type, other?.type ?? one?.type] as const;
    if (types[0] === undefined || types[1] === undefined) return [];
    return [
      {
        name: name.startsWith('"') ? name.slice(1) : null,
        form: inner(types[0], types[1], depth),
        first: one?.at ?? null,
        second: other?.at ?? null,
      },
    ];
  });
}

function quoted(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

function mapForm(first: TypeOf<'map'>, second: TypeOf<'map'>, depth: number, inner: InnerForm): Form {
  const key = inner(first.key, second.key, depth + 1);
  const value = inner(first.value, second.value, depth + 1);
  const converts = key.converts || value.converts;
  const sorted =
    (side: 'first' | 'second'): Convert =>
    (map) => {
      const entry = itemName(depth);
      const pair = sql`row(${key[side](sql`struct_extract_at(${entry}, 1)`)}, ${value[side](sql`struct_extract_at(${entry}, 2)`)})`;
      const entries = sql`map_entries(${map})`;
      return sql`list_sort(${converts ? sql`list_transform(${entries}, lambda ${entry}: ${pair})` : entries})`;
    };
  return {
    name: converts ? `MAP(${key.name}, ${value.name})` : first.text,
    converts: true,
    hashes: false,
    first: sorted('first'),
    second: sorted('second'),
  };
}

/** The tag, then every member's value, which is NULL where the tag is another. */
function unionForm(first: TypeOf<'union'>, second: TypeOf<'union'>, depth: number, inner: InnerForm): Form {
  const members = pairFields(first.members, second.members, depth, inner);
  if (members.every(({ form, first: one, second: other }) => !form.converts && one === other))
    return { name: first.text, converts: false, hashes: false, first: identity, second: identity };
  const pack =
    (side: 'first' | 'second'): Convert =>
    (union) => {
      const values = members.map((member) =>
        fieldValue(member, side, () => sql`(${union}).${ident(member.name ?? '')}`),
      );
      return sql`CASE WHEN ${union} IS NOT NULL THEN row(${join([sql`CAST(union_tag(${union}) AS VARCHAR)`, ...values])}) END`;
    };
  const names = members.map(({ name, form }) => `${quoted(name ?? '')} ${form.name}`);
  return {
    name: `UNION(${names.join(', ')})`,
    converts: true,
    hashes: false,
    first: pack('first'),
    second: pack('second'),
  };
}
