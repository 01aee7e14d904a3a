/** Which rule holds for a column: one for the column itself goes before one for its type, and that before one for all. */
import { familyOf, type TypeFamily } from '../core/column.ts';
import type { Sided } from '../core/side.ts';
import type { RuleTarget } from '../core/spec.ts';

/** 0 for a rule that names the column, 1 and 2 for its type on production and on shadow, 3 for all; null for another's. */
export function distanceOf(target: RuleTarget, column: string, types: Sided<string>): number | null {
  if (target.column !== null) return target.column === column ? 0 : null;
  if (target.type === null) return 3;
  if (familyOf(types.production) === target.type) return 1;
  return familyOf(types.shadow) === target.type ? 2 : null;
}

/** The rule whose target is nearest to the column, of several equally near the first; undefined where none is for it. */
export function nearestRule<R extends RuleTarget>(
  rules: readonly R[],
  column: string,
  types: Sided<string>,
): R | undefined {
  let nearest: { readonly rule: R; readonly distance: number } | undefined;
  for (const rule of rules) {
    const distance = distanceOf(rule, column, types);
    if (distance !== null && (nearest === undefined || distance < nearest.distance)) nearest = { rule, distance };
  }
  return nearest?.rule;
}

const FAMILIES: Readonly<Record<TypeFamily, true>> = {
  integer: true,
  decimal: true,
  float: true,
  text: true,
  date: true,
  timestamp: true,
  time: true,
  boolean: true,
  blob: true,
  nested: true,
  other: true,
};

/** What `type:…` may name. */
export const TYPE_FAMILIES = Object.keys(FAMILIES) as readonly TypeFamily[];

/** The target that a text names: `type:float` a type, anything else a column; null for a type that there is not. */
export function targetOf(text: string): RuleTarget | null {
  if (!text.startsWith('type:')) return { column: text, type: null };
  const type = TYPE_FAMILIES.find((family) => text === `type:${family}`);
  return type === undefined ? null : { column: null, type };
}

/** As `targetOf` reads it; null for all, and undefined for a column whose name reads as a type. */
export function printTarget({ column, type }: RuleTarget): string | null | undefined {
  if (column !== null) return column.startsWith('type:') ? undefined : column;
  return type === null ? null : `type:${type}`;
}
