/** Which columns are compared, in what form, and how the two schemas differ. */
import type { ComparedColumn, SchemaDifference } from '../core/comparison.ts';
import { OperatingError } from '../core/operating-error.ts';
import { EXIT_CODES } from '../core/outcome.ts';
import { mapSides, type Sided } from '../core/side.ts';
import type { Spec } from '../core/spec.ts';
import type { SideColumn } from '../partition/side-table.ts';
import { ident, type Sql } from '../sql/sql.ts';
import { agreedDifferences } from './agreed-differences.ts';
import { exactForm } from './agreed-forms.ts';
import { comparedAs } from './compared-as.ts';
import type { MappedColumn, Mapping } from './mapped-columns.ts';
import { namedStruct } from './named-struct.ts';
import { specTroubles } from './spec-troubles.ts';

/** A compared column with its SQL: `source` reads it from the side's table, `canonical` brings the value `v<i>` to the exact form. */
export interface PlannedColumn extends ComparedColumn {
  readonly source: Sided<Sql>;
  readonly canonical: Sided<Sql>;
  /** False: the exact form is the value itself on both sides. */
  readonly converted: boolean;
  /** The exact form after the agreed rules, over `v<i>` (and `m<i>`, the expression's value); null where no rule holds. */
  readonly agreed: Sided<Sql> | null;
  /** Normalising SQL in the column's place, over the side's own columns, read as `m<i>`; null: none. */
  readonly mapped: Sided<Sql> | null;
  /** What a tolerance is decided by: see `toleratedOf`. */
  readonly tolerated: 'value' | 'agreed';
}

export interface ColumnPlan {
  readonly columns: readonly PlannedColumn[];
  readonly key: readonly number[];
  readonly schema: SchemaDifference;
  /** Columns that stand on one side only and are not ignored. */
  readonly unpaired: Sided<readonly SideColumn[]>;
  /** Key columns that a side lacks: rows cannot be paired then. */
  readonly missing_key: readonly string[];
}

/** The name of compared column number i in every query below the two sides. */
export function valueName(i: number): Sql {
  return ident(`v${i}`);
}

/** The name of what an expression makes of compared column number i, beside its value. */
export function mappedName(i: number): Sql {
  return ident(`m${i}`);
}

/** What the tolerance of compared column number i is asked of in the kept rows, with its types there. */
export function toleratedOf({ tolerated, types }: PlannedColumn, i: number): { value: Sql; types: Sided<string> } {
  return tolerated === 'value'
    ? { value: valueName(i), types }
    : { value: ident(`a${i}`), types: { production: 'VARCHAR', shadow: 'VARCHAR' } };
}

/**
 * Pairs the columns of the two sides by name (exactly; a name that differs in case is another name) and by the spec's
 * renames. Throws OperatingError for everything in the spec that does not fit the columns, all at once.
 */
export function planColumns(sides: Sided<readonly MappedColumn[]>, spec: Spec): ColumnPlan {
  const shadowNames = new Map(spec.renamed.map(({ production, shadow }) => [production, shadow]));
  const troubles = specTroubles(sides, spec);
  if (troubles.length > 0) throw new OperatingError(EXIT_CODES.usage, troubles);

  const ignored = new Set(spec.ignore);
  const wanted = spec.columns === null ? null : new Set([...spec.columns, ...spec.key]);
  const isWanted = (name: string): boolean => !ignored.has(name) && (wanted === null || wanted.has(name));
  const shadowColumns = new Map(sides.shadow.map((column) => [column.name, column]));

  const mappedOnto = new Set(spec.renamed.map(({ shadow }) => shadow));
  const columns: PlannedColumn[] = [];
  const paired = new Set<string>();
  for (const production of sides.production) {
    // A shadow column that another column is mapped onto is not this one's, though it may bear its name.
    const isTaken = !shadowNames.has(production.name) && mappedOnto.has(production.name);
    const shadow = isTaken ? undefined : shadowColumns.get(shadowNames.get(production.name) ?? production.name);
    if (shadow === undefined || paired.has(shadow.name)) continue;
    if (!isWanted(production.name)) continue;
    paired.add(shadow.name);
    columns.push(planColumn(production, shadow, columns.length, spec));
  }

  const pairedProduction = new Set(columns.map(({ name }) => name));
  const unpaired = {
    production: sides.production.filter(({ name }) => isWanted(name) && !pairedProduction.has(name)),
    shadow: sides.shadow.filter(
      ({ name }) => isWanted(name) && !paired.has(name) && !isLeftOut(name, shadowNames, isWanted),
    ),
  };
  return {
    columns,
    key: spec.key.flatMap((name) => columns.findIndex((column) => column.name === name)).filter((i) => i >= 0),
    schema: schemaDifference(columns, unpaired, sides),
    unpaired,
    missing_key: spec.key.filter((name) => !pairedProduction.has(name)),
  };
}

/** The shadow's name of a production column that the spec leaves out. */
function isLeftOut(
  name: string,
  shadowNames: ReadonlyMap<string, string>,
  isWanted: (name: string) => boolean,
): boolean {
  return [...shadowNames].some(([production, shadow]) => shadow === name && !isWanted(production));
}

function planColumn(production: MappedColumn, shadow: MappedColumn, i: number, spec: Spec): PlannedColumn {
  const { name } = production;
  const types = { production: production.type, shadow: shadow.type };
  const { compared_as, converts } = comparedAs(types.production, types.shadow);
  const isKey = spec.key.includes(name);
  const mappings = bothMapped(production, shadow);
  const { rules, ...agreed } = agreedDifferences(
    {
      name,
      types: mappings === null ? types : mapSides(mappings, ({ type }) => type),
      value: mappings === null ? valueName(i) : mappedName(i),
      isMapped: mappings !== null,
    },
    { normalise: spec.normalise, tolerance: isKey ? [] : spec.tolerance },
  );
  const hasExpression = spec.expressions.some(({ column }) => column === name);
  return {
    name,
    shadow_name: shadow.name,
    types,
    compared_as,
    is_key: isKey,
    source: {
      production: namedStruct(production.expression, types.production),
      shadow: namedStruct(shadow.expression, types.shadow),
    },
    canonical: exactForm(valueName(i), types),
    converted: converts,
    mapped: mappings === null ? null : mapSides(mappings, ({ expression }) => expression),
    agreed_rules: [...(hasExpression ? (['expression'] as const) : []), ...rules],
    ...agreed,
  };
}

function bothMapped(production: MappedColumn, shadow: MappedColumn): Sided<Mapping> | null {
  return production.mapped == null || shadow.mapped == null
    ? null
    : { production: production.mapped, shadow: shadow.mapped };
}

function schemaDifference(
  columns: readonly PlannedColumn[],
  unpaired: Sided<readonly SideColumn[]>,
  sides: Sided<readonly MappedColumn[]>,
): SchemaDifference {
  // A column that an expression makes stands nowhere.
  const isMade = (column: MappedColumn | undefined): boolean => column?.made === true;
  const shadowOrder = columns
    .filter(({ name }) => !isMade(sides.production.find((column) => column.name === name)))
    .map(({ shadow_name }) => sides.shadow.findIndex(({ name }) => name === shadow_name))
    .filter((position) => !isMade(sides.shadow[position]));
  const names = mapSides(unpaired, (list) => list.map(({ name }) => name));
  return {
    only_in_production: names.production,
    only_in_shadow: names.shadow,
    retyped: columns
      .filter(({ types }) => types.production !== types.shadow)
      .map(({ name, types, compared_as }) => ({ column: name, ...types, compared_as })),
    renamed: columns
      .filter(({ name, shadow_name }) => name !== shadow_name)
      .map(({ name, shadow_name }) => ({
        production: name,
        shadow: shadow_name,
        by: 'config' as const,
        rows: null,
        agreeing: null,
      })),
    reordered: shadowOrder.some((position, i) => i > 0 && position < (shadowOrder[i - 1] ?? 0)),
  };
}
