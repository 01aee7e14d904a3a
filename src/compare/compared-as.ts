/**
 * The form in which the values of a column are compared: of one type on both sides, equal exactly where the values are by
 * docs/comparison.md, and with the engine's `=` and `hash()` right on it. A difference is never lost; what has no common
 * form is compared as text.
 */
import { familyOf } from '../core/column.ts';
import { type Sql, sql } from '../sql/sql.ts';
import { alike, castText, type Form, identity, sortKey } from './exact-form.ts';
import { textNestedForm, textVariantForm, variantText } from './json-pair.ts';
import { nestedForm } from './nested-pair.ts';
import {
  DECIMAL_WORD,
  decimalFloatForm,
  decimalForm,
  integerFloatForm,
  integerForm,
  isWord,
  parseDecimal,
  textNumberForm,
} from './number-pair.ts';
import { textTimeForm, timeForm, timestampForm } from './time-pair.ts';
import { parseType, type TypeTree } from './type-tree.ts';

export interface ComparedAs {
  readonly compared_as: string;
  /** False: the values stand for themselves. */
  readonly converts: boolean;
  readonly production: (value: Sql) => Sql;
  readonly shadow: (value: Sql) => Sql;
}

/** How values of these two DuckDB types are brought to one form. Symmetric in its arguments. */
export function comparedAs(production: string, shadow: string): ComparedAs {
  const form = formOf(parseType(production), parseType(shadow), 0);
  const name = production === shadow ? production : form.name;
  if (form.hashes) {
    return { compared_as: name, converts: form.converts, production: form.first, shadow: form.second };
  }
  const key =
    (convert: (value: Sql) => Sql) =>
    (value: Sql): Sql =>
      sql`CASE WHEN ${value} IS NOT NULL THEN ${sortKey(convert(value))} END`;
  return { compared_as: name, converts: true, production: key(form.first), shadow: key(form.second) };
}

function formOf(first: TypeTree, second: TypeTree, depth: number): Form {
  const nested = nestedForm(first, second, depth, formOf);
  if (nested !== null) return nested;
  if (first.text === second.text) return sameForm(first.text);
  const forward = mixedForm(first, second);
  if (forward !== null) return forward;
  const backward = mixedForm(second, first);
  if (backward !== null) return { ...backward, first: backward.second, second: backward.first };
  return alike('VARCHAR', true, castText);
}

/** Both sides of one type, which is not nested. */
function sameForm(type: string): Form {
  const itself = (hashes: boolean): Form => ({
    name: type,
    converts: false,
    hashes,
    first: identity,
    second: identity,
  });
  switch (familyOf(type)) {
    case 'integer':
      return itself(isWord(type));
    case 'decimal':
      return itself((parseDecimal(type)?.width ?? Number.POSITIVE_INFINITY) <= DECIMAL_WORD);
    case 'time':
      return itself(type === 'TIME' || type === 'TIME_NS');
    case 'other':
      if (type === 'VARIANT') return alike('JSON', true, variantText);
      return SORTED_BY_KEY.test(type) ? itself(false) : alike(type, true, castText);
    default:
      return itself(true);
  }
}

const SORTED_BY_KEY = /^(UUID|INTERVAL|BIT|GEOMETRY)\b/;

function mixedForm(first: TypeTree, second: TypeTree): Form | null {
  const families = `${familyOf(first.text)} ${familyOf(second.text)}`;
  switch (families) {
    case 'integer integer':
      return integerForm(first.text, second.text);
    case 'integer decimal':
    case 'decimal decimal':
      return decimalForm(first.text, second.text);
    case 'float float':
      return alike('DOUBLE', true, (value) => sql`CAST(${value} AS DOUBLE)`);
    case 'integer float':
      return integerFloatForm(first.text);
    case 'decimal float':
      return decimalFloatForm(first.text, second.text);
    case 'date timestamp':
    case 'timestamp timestamp':
      return timestampForm(first.text, second.text);
    case 'time time':
      return timeForm(first.text, second.text);
    case 'text text':
      return alike('VARCHAR', true, castText);
    case 'text integer':
    case 'text decimal':
    case 'text float':
      return textNumberForm(second.text);
    case 'text timestamp':
    case 'text time':
      return textTimeForm(second.text);
    case 'text boolean':
      return { ...alike('boolean as text', true, castText), first: booleanText };
    case 'text blob':
      return { ...alike('BLOB', true, identity), first: (value) => sql`encode(${castText(value)})` };
    case 'text nested':
      // JSON has no bytes: the engine would write their escaped text.
      return /BLOB/.test(second.text) ? null : textNestedForm(second);
    case 'text other':
      return textOtherForm(second.text);
    case 'nested nested':
      return alike('text with its type', true, typedText);
    default:
      return null;
  }
}

function textOtherForm(type: string): Form | null {
  if (type === 'VARIANT') return textVariantForm();
  if (type !== 'UUID') return null;
  return { ...alike('UUID as text', true, castText), first: uuidText };
}

function uuidText(value: Sql): Sql {
  const text = castText(value);
  return sql`CASE WHEN regexp_full_match(${text}, '(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}') THEN lower(${text}) ELSE ${text} END`;
}

function booleanText(value: Sql): Sql {
  const text = castText(value);
  return sql`CASE WHEN lower(${text}) IN ('true', 'false') THEN lower(${text}) ELSE ${text} END`;
}

/** Values of shapes that have no common form: equal only where both are NULL. */
function typedText(value: Sql): Sql {
  return sql`typeof(${value}) || ': ' || CAST(${value} AS VARCHAR)`;
}
