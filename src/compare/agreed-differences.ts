/** What of a column may differ and still agree, as its rules and its tolerance say. */
import type { ComparedColumn } from '../core/comparison.ts';
import { mapSides, type Sided } from '../core/side.ts';
import type { Normalisation, Spec } from '../core/spec.ts';
import type { Sql } from '../sql/sql.ts';
import { agreedForm, exactForm, rulesOf } from './agreed-forms.ts';
import { numberOrTimeText, toleranceOf } from './tolerance.ts';

export interface AgreedDifferences {
  readonly rules: readonly Normalisation[];
  readonly tolerance: ComparedColumn['tolerance'];
  /** Null where no rule holds. */
  readonly agreed: Sided<Sql> | null;
  /** What the tolerance is decided by: the values as they were read, or the agreed forms, which are numbers in text then. */
  readonly tolerated: 'value' | 'agreed';
}

/** `value`: the SQL that the rules start from, of these types; `isMapped`: it is what an expression made of the column. */
export function agreedDifferences(
  column: { readonly name: string; readonly types: Sided<string>; readonly value: Sql; readonly isMapped: boolean },
  spec: Pick<Spec, 'normalise' | 'tolerance'>,
): AgreedDifferences {
  const { name, types, value, isMapped } = column;
  const rules = rulesOf(spec.normalise, name, types);
  const isNumberText = rules.includes('number_text');
  const tolerance = toleranceOf(spec.tolerance, name, types, isNumberText);
  // Of an expression only the agreed form is kept with the rows, and text is a number in that form only.
  if (tolerance === null || !(isMapped || isNumberText)) {
    const agreed = agreedForm(value, types, rules) ?? (isMapped ? exactForm(value, types) : null);
    return { rules, tolerance, agreed, tolerated: 'value' };
  }
  const agreed = isNumberText
    ? agreedForm(value, types, rules)
    : mapSides(types, (type) => numberOrTimeText(value, type));
  return { rules, tolerance, agreed, tolerated: 'agreed' };
}
