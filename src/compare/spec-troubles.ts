/** A spec held against the columns that there are: names that no side has, and rules that contradict each other or fit no value. */
import { isNumeric, type TypeFamily } from '../core/column.ts';
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
  const productionNames = new Map(spec.renamed.map(({ production, shadow }) => [shadow, production]));
  const has = (side: Side, name: string): boolean => sides[side].some((column) => column.name === name);
  const renamedFrom = (name: string): string | undefined =>
    shadowNames.has(name) ? undefined : productionNames.get(name);
  const known = (name: string): boolean =>
    has('production', name) || (renamedFrom(name) === undefined && has('shadow', shadowNames.get(name) ?? name));
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
  const wordsOf = (production: string | undefined): Pick<Trouble, 'message' | 'hint'> =>
    production === undefined
      ? { message: 'no column of this name on either side', hint }
      : { message: 'only shadow has a column of this name', hint: `rules name production's columns: ${production}` };
  return places.flatMap(([place, names]) =>
    names
      .filter((name): name is string => name !== null && !known(name))
      .map((subject) => ({ code: 'unknown_column', subject, place, ...wordsOf(renamedFrom(subject)) })),
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

/** What rules say against each other whatever the columns are: `subject` is a column, or what has no column. */
export function contradictions({
  key,
  ignore,
  tolerance,
  expressions,
  renamed,
  sample,
}: Spec): readonly Contradiction[] {
  const found: Contradiction[] = [];
  const tell = (place: Contradiction['place'], subject: string, [message, hint]: readonly [string, string]): void => {
    found.push({ code: 'rule_contradicts', subject, place, message, hint });
  };
  if (sample !== null && key.length === 0) tell('sample', 'the sample', SAMPLE_WITHOUT_KEY);
  for (const column of key.filter((name) => ignore.includes(name))) tell('ignore', column, IGNORED_KEY);
  for (const { column } of tolerance) {
    if (column === null) continue;
    if (key.includes(column)) tell('tolerance', column, TOLERANT_KEY);
    else if (ignore.includes(column)) tell('tolerance', column, IGNORED_TOLERANCE);
  }
  for (const { column } of expressions) if (ignore.includes(column)) tell('expressions', column, IGNORED_EXPRESSION);
  for (const [i, { production, shadow }] of renamed.entries()) {
    const before = renamed.slice(0, i).find((one) => one.production === production || one.shadow === shadow);
    if (before !== undefined) {
      const to = `${JSON.stringify(before.production)} is mapped to ${JSON.stringify(before.shadow)} of the shadow`;
      tell('renamed', production, [
        `cannot be mapped to ${JSON.stringify(shadow)}: ${to} already`,
        'remove one of the two',
      ]);
    }
  }
  return found;
}

export interface Contradiction extends Trouble {
  readonly place: 'sample' | 'ignore' | 'tolerance' | 'expressions' | 'renamed';
}

/** Else rows would be taken by all of their values, and of a row that changed one side alone. */
const SAMPLE_WITHOUT_KEY = [
  'needs a key that is given: the same keys are taken on both sides',
  'give the key',
] as const;
const IGNORED_KEY = [
  'is a column of the key and cannot be ignored',
  'leave it out of the key, or do not ignore it',
] as const;
const TOLERANT_KEY = [
  'is a column of the key: keys are equal or they are not',
  'leave it out of the key, or bring keys together by a rule (trim, an expression)',
] as const;
const IGNORED_TOLERANCE = ['is ignored and has a tolerance', 'remove one of the two'] as const;
const IGNORED_EXPRESSION = ['is ignored and has an expression', 'remove one of the two'] as const;

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
  const troubles: Trouble[] = [];
  if (isOfNumbers(rule) && kind !== 'number')
    troubles.push(misfit(rule, 'tolerance', namesOf({ abs: rule.abs, rel: rule.rel }), 'numbers', types));
  if (isOfTime(rule) && kind !== 'instant' && kind !== 'time') {
    troubles.push(misfit(rule, 'tolerance', ['time'], 'dates, times or timestamps', types));
  }
  return troubles;
}

function namesOf(distances: Readonly<Record<string, number>>): readonly string[] {
  return Object.keys(distances).filter((name) => (distances[name] ?? 0) > 0);
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
  return misfit(rule, 'normalise', [rule.rule], needed, types);
}

function misfit(
  { column, type }: Tolerance | NormaliseRule,
  place: 'tolerance' | 'normalise',
  rules: readonly string[],
  needed: string,
  { production, shadow }: Sided<string>,
): Trouble {
  const named = `${rules.map((rule) => `\`${rule}\``).join(' and ')} ${rules.length === 1 ? 'needs' : 'need'} ${needed}`;
  const is = production === shadow ? production : `${production} on production, ${shadow} on shadow`;
  const message = column === null ? `${named}, and values of this type are none` : `${named}, and the column is ${is}`;
  const hint = hintFor(production, place, needed);
  return { code: 'rule_does_not_fit', subject: column ?? `type:${type}`, place, message, hint };
}

function hintFor(type: string, place: 'tolerance' | 'normalise', needed: string): string {
  if (type === 'VARCHAR') {
    return needed === 'numbers'
      ? 'text that holds numbers needs the rule `number_text` too (--number-text)'
      : 'a text format can be given types in the config: format: { kind: csv, columns: { price: DECIMAL(10,2) } }';
  }
  if (place === 'tolerance' && isNumeric(type)) return 'for numbers there are `abs` and `rel` (--abs-tol, --rel-tol)';
  if (place === 'tolerance' && kindOf({ production: type, shadow: type }, false) !== null) {
    return 'for dates, times and timestamps there is `time` (--time-tol)';
  }
  return 'leave the rule out, or bring the values together by an expression (--expression)';
}
