/** A spec held against the columns that there are: names that no side has, and rules that contradict each other or fit no value. */
import type { TypeFamily } from '../core/column.ts';
import type { Trouble } from '../core/operating-error.ts';
import type { Side, Sided } from '../core/side.ts';
import type { NormaliseRule, Spec, Tolerance } from '../core/spec.ts';
import { saysAnythingOf } from './agreed-forms.ts';
import type { MappedColumn } from './mapped-columns.ts';
import { isOfNumbers, isOfTime, kindOf } from './tolerance.ts';

const NAMES_SHOWN = 20;

/** All problems at once; none where neither side has a column, since nothing can be held against anything then. */
export function specTroubles(sides: Sided<readonly MappedColumn[]>, spec: Spec): readonly Trouble[] {
  if (sides.production.length + sides.shadow.length === 0) return [];
  return [
    ...unknownNames(sides, spec),
    ...lonelyExpressions(sides, spec),
    ...contradictions(spec),
    ...misfits(sides, spec),
  ];
}

function unknownNames(sides: Sided<readonly MappedColumn[]>, spec: Spec): readonly Trouble[] {
  const shadowNames = new Map(spec.renamed.map(({ production, shadow }) => [production, shadow]));
  const has = (side: Side, name: string): boolean => sides[side].some((column) => column.name === name);
  const known = (name: string): boolean => has('production', name) || has('shadow', shadowNames.get(name) ?? name);
  const places: readonly (readonly [string, readonly (string | null)[]])[] = [
    ['key', spec.key],
    ['columns', spec.columns ?? []],
    ['ignore', spec.ignore],
    ['tolerance', spec.tolerance.map(({ column }) => column)],
    ['normalise', spec.normalise.map(({ column }) => column)],
    ['renamed', spec.renamed.map(({ production }) => production)],
  ];
  const available = [...new Set([...sides.production, ...sides.shadow].map(({ name }) => name))];
  const shown = available.slice(0, NAMES_SHOWN).join(', ');
  const hint = `the columns are ${shown}${available.length > NAMES_SHOWN ? ', …' : ''}`;
  return places.flatMap(([place, names]) =>
    names
      .filter((name): name is string => name !== null && !known(name))
      .map((subject) => ({
        code: 'unknown_column',
        subject,
        place,
        message: 'no column of this name on either side',
        hint,
      })),
  );
}

/** A column that an expression makes on one side, and that the other does not have, is compared with nothing. */
function lonelyExpressions(sides: Sided<readonly MappedColumn[]>, spec: Spec): readonly Trouble[] {
  const shadowNames = new Map(spec.renamed.map(({ production, shadow }) => [production, shadow]));
  return spec.expressions.flatMap(({ column: subject }) => {
    const production = sides.production.find(({ name }) => name === subject);
    const shadow = sides.shadow.find(({ name }) => name === (shadowNames.get(subject) ?? subject));
    const missing = production === undefined ? 'production' : shadow === undefined ? 'shadow' : null;
    if (missing === null || !(production ?? shadow)?.made) return [];
    const message = `an expression makes it, and ${missing} has no column of this name to compare it with`;
    const hint = `give an expression for ${missing} too, or check the name`;
    return [{ code: 'unknown_column', subject, place: 'expressions', message, hint }];
  });
}

function contradictions(spec: Spec): readonly Trouble[] {
  const key = new Set(spec.key);
  return [
    ...spec.key
      .filter((name) => spec.ignore.includes(name))
      .map((subject) => ({
        code: 'rule_contradicts',
        subject,
        place: 'ignore',
        message: 'a column of the key cannot be ignored: it tells which rows belong together',
        hint: 'leave it out of the key, or do not ignore it',
      })),
    ...spec.tolerance.flatMap(({ column: subject }) =>
      subject === null || !key.has(subject)
        ? []
        : [
            {
              code: 'rule_contradicts',
              subject,
              place: 'tolerance',
              message: 'a column of the key has no tolerance: keys are equal or they are not',
              hint: 'leave it out of the key, or bring keys together by a rule (trim, an expression)',
            },
          ],
    ),
  ];
}

/** A rule for one column or type that no value of it can follow would otherwise be dropped without a word. */
function misfits(sides: Sided<readonly MappedColumn[]>, spec: Spec): readonly Trouble[] {
  const typesOf = (name: string): Sided<string> | null => typesOfColumn(sides, spec, name);
  return [
    ...spec.tolerance.flatMap((rule) => {
      const types = rule.column === null ? sampleTypes(rule.type) : typesOf(rule.column);
      const isNumberText = spec.normalise.some(({ column, rule: name }) => {
        return name === 'number_text' && (column === null || column === rule.column);
      });
      return types === null ? [] : toleranceMisfits(rule, types, isNumberText);
    }),
    ...spec.normalise.flatMap((rule) => {
      const types = rule.column === null ? sampleTypes(rule.type) : typesOf(rule.column);
      return types === null || saysAnythingOf(rule.rule, types) ? [] : [normaliseMisfit(rule, types)];
    }),
  ];
}

/** As the rules see them; of a column that only one side has, that side's type twice. */
function typesOfColumn(sides: Sided<readonly MappedColumn[]>, spec: Spec, column: string): Sided<string> | null {
  const shadowName = spec.renamed.find(({ production }) => production === column)?.shadow ?? column;
  const production = sides.production.find(({ name }) => name === column);
  const shadow = sides.shadow.find(({ name }) => name === shadowName);
  const [first, second] = [production ?? shadow, shadow ?? production];
  if (first === undefined || second === undefined) return null;
  const areMapped = first.mapped !== undefined && second.mapped !== undefined;
  return areMapped
    ? { production: first.mapped.type, shadow: second.mapped.type }
    : { production: first.type, shadow: second.type };
}

/** A type of each family, to hold a rule for the family against. */
const SAMPLE_TYPES: Readonly<Record<TypeFamily, string>> = {
  integer: 'BIGINT',
  decimal: 'DECIMAL(18,2)',
  float: 'DOUBLE',
  text: 'VARCHAR',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
  time: 'TIME',
  boolean: 'BOOLEAN',
  blob: 'BLOB',
  nested: 'INTEGER[]',
  other: 'UUID',
};

function sampleTypes(family: TypeFamily | null): Sided<string> | null {
  return family === null ? null : { production: SAMPLE_TYPES[family], shadow: SAMPLE_TYPES[family] };
}

function toleranceMisfits(rule: Tolerance, types: Sided<string>, isNumberText: boolean): readonly Trouble[] {
  // Production's type decides: where the shadow's drifts, that is for the report to tell.
  const kind = kindOf({ production: types.production, shadow: types.production }, isNumberText);
  const isText = kind === null && types.production === 'VARCHAR';
  const troubles: Trouble[] = [];
  if (isOfNumbers(rule) && kind !== 'number') {
    const hint = isText ? 'text that holds numbers needs the rule `number_text` too (--number-text)' : TYPES_HINT;
    troubles.push(misfit(rule, 'tolerance', 'numbers', types, hint));
  }
  if (isOfTime(rule) && kind !== 'instant' && kind !== 'time') {
    troubles.push(misfit(rule, 'tolerance', 'dates, times or timestamps', types, TYPES_HINT));
  }
  return troubles;
}

function normaliseMisfit(rule: NormaliseRule, types: Sided<string>): Trouble {
  const needed = {
    json_canonical: 'JSON',
    unordered_lists: 'lists',
    number_text: 'text or numbers',
    unicode: 'text',
    trim: 'text',
    ignore_case: 'text',
  }[rule.rule];
  return misfit(rule, 'normalise', needed, types, TYPES_HINT);
}

const TYPES_HINT =
  'a text format can be given types in the config: format: { kind: csv, columns: { price: DECIMAL(10,2) } }';

function misfit(
  { column, type }: Tolerance | NormaliseRule,
  place: string,
  needed: string,
  types: Sided<string>,
  hint: string,
): Trouble {
  const message =
    column === null
      ? `needs ${needed}, and values of this type are none`
      : `needs ${needed}, and the column is ${types.production}`;
  return { code: 'rule_does_not_fit', subject: column ?? `type:${type}`, place, message, hint };
}
