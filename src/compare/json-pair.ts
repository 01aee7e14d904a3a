/**
 * JSON text against a nested value: both as JSON, with the fields of every struct in the type's order and the entries of
 * every map in the order of their keys, and numbers without zeros at the end.
 *
 * The engine's JSON reads numbers with a point as doubles. Text with more digits than a double keeps is therefore compared
 * as it stands, but for white space: it may then differ by the order of its members alone, but never lose a digit.
 */
import { value as bound, ident, integer, join, type Sql, sql } from '../sql/sql.ts';
import { castText, type Form } from './exact-form.ts';
import { textTimeForm } from './time-pair.ts';
import type { TypeTree } from './type-tree.ts';

/** Text first, nested value second. */
export function textNestedForm(type: TypeTree): Form {
  return {
    name: 'JSON',
    converts: true,
    hashes: true,
    first: (value) => jsonOfText(castText(value), (json) => arranged(json, type, 0)),
    second: (value) => sql`CASE WHEN ${value} IS NOT NULL THEN ${plainNumbers(castText(jsonOf(value, type, 0)))} END`,
  };
}

/** A variant is the JSON that it spells; its keys are sorted, its numbers have no zeros at the end. */
export function variantText(value: Sql): Sql {
  return plainNumbers(castText(sql`CAST(variant_normalize(${value}) AS JSON)`));
}

/** Text first, variant second. Text that is no JSON is a string. */
export function textVariantForm(): Form {
  const json = (text: Sql): Sql =>
    jsonOfText(text, (parsed) => sql`CAST(variant_normalize(CAST(${parsed} AS VARIANT)) AS JSON)`);
  return {
    name: 'JSON',
    converts: true,
    hashes: true,
    first: (value) =>
      sql`CASE WHEN json_valid(${castText(value)}) THEN ${json(castText(value))} ELSE CAST(to_json(${castText(value)}) AS VARCHAR) END`,
    second: variantText,
  };
}

function jsonOfText(text: Sql, arrange: (json: Sql) => Sql): Sql {
  const json = sql`TRY_CAST(${text} AS JSON)`;
  return sql`CASE WHEN ${json} IS NULL THEN ${text}
    WHEN ${losesDigits(text)} THEN ${plainNumbers(sql`regexp_replace(${text}, '("(?:[^"\\\\]|\\\\.)*")|[ \\t\\n\\r]+', '\\1', 'g')`)}
    ELSE ${plainNumbers(castText(arrange(json)))} END`;
}

/** Whether the engine would print a number of the text with other digits than stand there. Only long ones can be such. */
function losesDigits(text: Sql): Sql {
  return sql`(regexp_matches(${text}, '[0-9][0-9.]{15}') AND ${digitsOf(text)} <> ${digitsOf(sql`json(${text})`)})`;
}

/** The significant digits of every number outside of strings. */
function digitsOf(json: Sql): Sql {
  const bare = sql`regexp_replace(${json}, '"(?:[^"\\\\]|\\\\.)*"', '', 'g')`;
  return sql`list_transform(regexp_extract_all(${bare}, '[0-9.]+([eE][+-]?[0-9]+)?'), lambda "number":
    trim(replace(regexp_replace("number", '[eE].*$', ''), '.', ''), '0'))`;
}

/** JSON without white space, its numbers without zeros at the end and 0 without a sign. Strings are passed over whole. */
function plainNumbers(json: Sql): Sql {
  return sql`regexp_replace(${json}, '("(?:[^"\\\\]|\\\\.)*")|-(0)(?:\\.0+)?([,}\\]]|$)|(-?[0-9]+)\\.0+([,}\\]eE]|$)|(-?[0-9]+\\.[0-9]*[1-9])0+([,}\\]eE]|$)', '\\1\\2\\3\\4\\5\\6\\7', 'g')`;
}

/** A value of the type as JSON. */
function jsonOf(value: Sql, type: TypeTree, depth: number): Sql {
  switch (type.kind) {
    case 'list':
      return sql`to_json(list_transform(${value}, lambda ${itemName(depth)}: ${jsonOf(itemName(depth), type.item, depth + 1)}))`;
    case 'struct': {
      const fields = type.fields.map(({ name, type: inner }, i) => ({
        name,
        json: jsonOf(sql`struct_extract_at(${value}, ${integer(i + 1)})`, inner, depth),
      }));
      return sql`CASE WHEN ${value} IS NOT NULL THEN ${packed(fields)} END`;
    }
    case 'map': {
      const entry = itemName(depth);
      const pair = sql`[to_json(${castText(sql`struct_extract_at(${entry}, 1)`)}), ${jsonOf(sql`struct_extract_at(${entry}, 2)`, type.value, depth + 1)}]`;
      return sql`to_json(list_sort(list_transform(map_entries(${value}), lambda ${entry}: ${pair})))`;
    }
    case 'scalar': {
      if (type.text === 'VARIANT') return sql`CAST(${value} AS JSON)`;
      // A FLOAT as the double that prints as it does: text spells it so.
      if (type.text === 'FLOAT') return sql`to_json(CAST(CAST(${value} AS VARCHAR) AS DOUBLE))`;
      return sql`to_json(${timeOf(type.text)?.second(value) ?? value})`;
    }
    default:
      return sql`to_json(${value})`;
  }
}

/** JSON in the same way, as far as it has the type's shape. */
function arranged(json: Sql, type: TypeTree, depth: number): Sql {
  switch (type.kind) {
    case 'list': {
      const item = itemName(depth);
      return sql`CASE WHEN json_type(${json}) = 'ARRAY'
        THEN to_json(list_transform(CAST(${json} AS JSON[]), lambda ${item}: ${arranged(item, type.item, depth + 1)})) ELSE ${json} END`;
    }
    case 'struct': {
      if (type.fields.some(({ name }) => name === null || name === '')) return json;
      const parts = ident(`parts_${depth}`);
      const names = type.fields.map(({ name }) => bound(name ?? ''));
      const pointers = type.fields.map(({ name }) => bound(pointer(name ?? '')));
      const fields = type.fields.map(({ name, type: inner }, i) => ({
        name,
        json: arranged(sql`${parts}[${integer(i + 1)}]`, inner, depth + 1),
      }));
      // All fields by one call: every call reads the document from its beginning.
      const whole = sql`list_transform([json_extract(${json}, [${join(pointers)}])], lambda ${parts}: ${packed(fields)})[1]`;
      return sql`CASE WHEN ${hasUniqueKeys(json)} AND list_has_all([${join(names)}], json_keys(${json})) THEN ${whole} ELSE ${json} END`;
    }
    case 'map': {
      const key = itemName(depth);
      const pointed = sql`json_extract(${json}, '/' || replace(replace(${key}, '~', '~0'), '/', '~1'))`;
      return sql`CASE WHEN ${hasUniqueKeys(json)}
        THEN to_json(list_sort(list_transform(json_keys(${json}), lambda ${key}: [to_json(${key}), ${arranged(pointed, type.value, depth + 1)}]))) ELSE ${json} END`;
    }
    case 'scalar': {
      const time = timeOf(type.text);
      if (time === null) return json;
      return sql`CASE WHEN json_type(${json}) = 'VARCHAR' THEN to_json(${time.first(sql`json_extract_string(${json}, '$')`)}) ELSE ${json} END`;
    }
    default:
      return json;
  }
}

function timeOf(type: string): Form | null {
  return type.startsWith('TIME') ? textTimeForm(type) : null;
}

function packed(fields: readonly { readonly name: string | null; readonly json: Sql }[]): Sql {
  const isNamed = fields.every(({ name }) => name !== null && name !== '');
  if (!isNamed) return sql`to_json(row(${join(fields.map(({ json }) => json))}))`;
  return sql`to_json(struct_pack(${join(fields.map(({ name, json }) => sql`${ident(name ?? '')} := ${json}`))}))`;
}

function hasUniqueKeys(json: Sql): Sql {
  return sql`json_type(${json}) = 'OBJECT' AND len(list_distinct(json_keys(${json}))) = len(json_keys(${json}))`;
}

/** RFC 6901. */
function pointer(name: string): string {
  return `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function itemName(depth: number): Sql {
  return ident(`item_${depth}`);
}
