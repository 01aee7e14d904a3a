/**
 * The form in which two values agree although they differ: the exact form after the rules that hold for the column. Values
 * that are exactly equal have one agreed form, so that rows may be brought together by it.
 */
import { familyOf, isNumeric } from '../core/column.ts';
import type { ComparedColumn } from '../core/comparison.ts';
import { mapSides, type Sided } from '../core/side.ts';
import { NORMALISATIONS, type Normalisation, type NormaliseRule } from '../core/spec.ts';
import { query } from '../sql/query-file.ts';
import { type Sql, sql } from '../sql/sql.ts';
import { comparedAs } from './compared-as.ts';
import { numberForm, once } from './number-form.ts';
import { distanceOf } from './rule-target.ts';
import { unorderedForm } from './unordered-form.ts';

/** The rules that hold for a column of these types, each once, in the order in which they are applied. */
export function rulesOf(
  rules: readonly NormaliseRule[],
  column: string,
  types: Sided<string>,
): readonly Normalisation[] {
  const meant = new Set(
    rules.filter((rule) => distanceOf(rule, column, types) !== null && fits(rule.rule, types)).map(({ rule }) => rule),
  );
  return NORMALISATIONS.filter((rule) => meant.has(rule));
}

/** Whether a rule says anything about two values of these types. Symmetric. */
export function fits(rule: Normalisation, { production, shadow }: Sided<string>): boolean {
  const types = [production, shadow];
  const isAnyText = types.some(isPlainText);
  switch (rule) {
    case 'unordered_lists':
      return types.every((type) => familyOf(type) === 'nested');
    case 'json_canonical':
      return types.some(holdsJson) && types.every((type) => holdsJson(type) || familyOf(type) === 'nested');
    case 'number_text':
      return isAnyText && types.every((type) => isPlainText(type) || isNumeric(type));
    default:
      // Text against a number, a date or a UUID: the exact form is text on both sides.
      return (
        isAnyText && types.every((type) => isPlainText(type) || !['nested', 'text', 'blob'].includes(familyOf(type)))
      );
  }
}

/** Whether a rule could hold for these types if they became one, or text on either side: a drift of types is no mistake in the rules. */
export function saysAnythingOf(rule: Normalisation, types: Sided<string>): boolean {
  return [types.production, types.shadow].some(
    (type) =>
      (rule === 'number_text' && isNumeric(type)) ||
      fits(rule, { production: type, shadow: type }) ||
      (rule === 'json_canonical' && familyOf(type) === 'nested'),
  );
}

/** JSON is none: its white space and case are the document's. */
export function isPlainText(type: string): boolean {
  return familyOf(type) === 'text' && type !== 'JSON';
}

function holdsJson(type: string): boolean {
  return type === 'JSON' || type === 'VARCHAR';
}

/** The agreed form of a value of each side; null where no rule holds. */
export function agreedForm(value: Sql, types: Sided<string>, rules: readonly Normalisation[]): Sided<Sql> | null {
  if (rules.length === 0) return null;
  const exact = cleanedForm(value, types, rules);
  return mapSides(types, (_, side) =>
    rules
      .filter((rule) => rule !== 'unordered_lists')
      .reduce(
        (form, rule) => applied(rule, form, types),
        rules.includes('unordered_lists') ? unorderedForm(value, types, side) : sql`CAST(${exact[side]} AS VARCHAR)`,
      ),
  );
}

/**
 * The exact form, for which text against another type is read without what the rules take from it: ' 1.50' spells no number,
 * and once it is one nothing would read it again. Case is left to the end, since what is in lower case spells no time.
 */
function cleanedForm(value: Sql, types: Sided<string>, rules: readonly Normalisation[]): Sided<Sql> {
  const cleaning = rules.filter((rule) => rule === 'unicode' || rule === 'trim');
  const exact = exactForm(value, types);
  if (cleaning.length === 0 || isPlainText(types.production) === isPlainText(types.shadow)) return exact;
  const text = cleaning.reduce((text, rule) => applied(rule, text, types), sql`CAST(${value} AS VARCHAR)`);
  const given = exactForm(sql`given`, types);
  return mapSides(types, (type, side) => (isPlainText(type) ? once(text, given[side]) : exact[side]));
}

/** A value of each side, brought to the form in which the two types are compared. */
export function exactForm(value: Sql, types: Sided<string>): Sided<Sql> {
  const form = comparedAs(types.production, types.shadow);
  return { production: form.production(value), shadow: form.shadow(value) };
}

function applied(rule: Normalisation, text: Sql, types: Sided<string>): Sql {
  switch (rule) {
    case 'json_canonical':
      return jsonForm(text, types);
    case 'unicode':
      return sql`nfc_normalize(${text})`;
    case 'trim':
      return sql`trim(${text}, ${WHITE_SPACE})`;
    case 'ignore_case':
      return sql`lower(${text})`;
    default:
      return numberForm(text);
  }
}

/** Space, tab, line feed, carriage return, form feed, vertical tab, and the no-break space that spreadsheets leave behind. */
const WHITE_SPACE = sql`chr(32) || chr(9) || chr(10) || chr(13) || chr(12) || chr(11) || chr(160)`;

/**
 * Text that is no JSON stays as it is. In a column of plain text only objects and lists count as JSON: 1.0 and 1 may be
 * two names there, and `number_text` is the rule for numbers.
 */
function jsonForm(text: Sql, types: Sided<string>): Sql {
  const isPlain = isPlainText(types.production) && isPlainText(types.shadow);
  const isDocument = query('compare/is-json', { text }, { start: isPlain ? '^\\s*[{\\[]' : '' });
  const canonical = query('compare/json-canonical', {
    document: sql`CASE WHEN ${isDocument} THEN ${text} END`,
    number: numberForm(sql`token`),
  });
  return sql`coalesce(${canonical}, ${text})`;
}

/** What agreed differences of a column can come from, as a report says it: `tolerance abs 0.01, trim`; null where nothing is agreed. */
export function printAgreed({
  tolerance,
  agreed_rules,
}: Pick<ComparedColumn, 'tolerance' | 'agreed_rules'>): string | null {
  const { abs = 0, rel = 0, time_us = 0 } = tolerance ?? {};
  const parts = [
    ...(abs > 0 ? [`tolerance abs ${abs}`] : []),
    ...(rel > 0 ? [`tolerance rel ${rel}`] : []),
    ...(time_us > 0 ? [`tolerance time ${printTime(time_us)}`] : []),
    ...agreed_rules,
  ];
  return parts.length === 0 ? null : parts.join(', ');
}

const UNITS_US = [
  ['d', 86_400_000_000],
  ['h', 3_600_000_000],
  ['m', 60_000_000],
  ['s', 1_000_000],
  ['ms', 1000],
] as const;

/** Whole microseconds as a config takes them: `2s`, `1500ms`. */
export function printTime(time_us: number): string {
  const [unit, size] = UNITS_US.find(([, size]) => time_us % size === 0) ?? (['us', 1] as const);
  return `${time_us / size}${unit}`;
}
