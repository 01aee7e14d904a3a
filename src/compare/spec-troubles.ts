/** A spec held against the columns that there are: names that no side has, and rules that contradict each other or fit no value. */
import { isNumeric } from '../core/column.ts';
import type { Trouble } from '../core/operating-error.ts';
import type { Side, Sided } from '../core/side.ts';
import type { Spec } from '../core/spec.ts';
import type { SideColumn } from '../partition/side-table.ts';

const NAMES_SHOWN = 20;

/** All problems at once; none where neither side has a column, since nothing can be held against anything then. */
export function specTroubles(sides: Sided<readonly SideColumn[]>, spec: Spec): readonly Trouble[] {
  if (sides.production.length + sides.shadow.length === 0) return [];
  return [...unknownNames(sides, spec), ...contradictions(spec), ...misfits(sides, spec)];
}

function unknownNames(sides: Sided<readonly SideColumn[]>, spec: Spec): readonly Trouble[] {
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

function contradictions(spec: Spec): readonly Trouble[] {
  return spec.key
    .filter((name) => spec.ignore.includes(name))
    .map((subject) => ({
      code: 'rule_contradicts',
      subject,
      place: 'ignore',
      message: 'a column of the key cannot be ignored: it tells which rows belong together',
      hint: 'leave it out of the key, or do not ignore it',
    }));
}

/** A rule for one column that its type cannot follow would otherwise be dropped without a word. */
function misfits(sides: Sided<readonly SideColumn[]>, spec: Spec): readonly Trouble[] {
  const typeOf = (name: string | null): string | undefined =>
    sides.production.find((column) => column.name === name)?.type;
  const trouble = (subject: string, place: string, needed: string, type: string): Trouble => ({
    code: 'rule_does_not_fit',
    subject,
    place,
    message: `needs ${needed}, and the column is ${type}`,
    hint: 'a text format can be given types in the config: format: { kind: csv, columns: { price: DECIMAL(10,2) } }',
  });
  return [
    ...spec.tolerance.flatMap(({ column }) => {
      const type = typeOf(column);
      return column === null || type === undefined || isNumeric(type)
        ? []
        : [trouble(column, 'tolerance', 'numbers', type)];
    }),
    ...spec.normalise.flatMap(({ column }) => {
      const type = typeOf(column);
      return column === null || type === undefined || type === 'VARCHAR'
        ? []
        : [trouble(column, 'normalise', 'text', type)];
    }),
  ];
}
