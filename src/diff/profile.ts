/** Per side, over all compared rows: nulls, distinct values, minimum and maximum of the columns that differ. No averages: sums of doubles depend on their order. */
import type { ColumnPlan } from '../compare/column-plan.ts';
import { valueName } from '../compare/column-plan.ts';
import { familyOf } from '../core/column.ts';
import type { ColumnProfile } from '../core/difference.ts';
import { mapSides, mapSidesInOrder, type Side, type Sided } from '../core/side.ts';
import type { Engine, EngineValue } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { join, type Sql, sql } from '../sql/sql.ts';
import { shownText, valueText } from './shown-text.ts';

const MEASURES = 4;

/** Profiles of the columns with these numbers, in their order. */
export async function profileColumns(
  engine: Engine,
  plan: ColumnPlan,
  sides: Sided<Sql>,
  columns: readonly number[],
): Promise<readonly Sided<ColumnProfile>[]> {
  if (columns.length === 0) return [];
  const measures = (side: Side): Sql =>
    join(columns.flatMap((i) => measuresOf(valueName(i), plan.columns[i]?.types[side] ?? 'VARCHAR')));
  const measured = await mapSidesInOrder(sides, async (rows, side) => {
    const found = await engine.run(query('diff/profile', { side: rows, measures: measures(side) }));
    return found.rows[0] ?? [];
  });
  return columns.map((_, nth) => mapSides(measured, (values) => profileOf(values, nth)));
}

function measuresOf(column: Sql, type: string): readonly Sql[] {
  // Not every nested type has an order of its own; its text has one.
  const hasOrder = familyOf(type) !== 'nested' && familyOf(type) !== 'other';
  const ordered = hasOrder ? column : valueText(column, type);
  const shown = hasOrder ? type : 'VARCHAR';
  return [
    sql`count(*) - count(${column})`,
    sql`count(DISTINCT ${column})`,
    shownText(sql`min(${ordered})`, shown),
    shownText(sql`max(${ordered})`, shown),
  ];
}

function profileOf(measured: readonly EngineValue[], nth: number): ColumnProfile {
  const [nulls, distinct, min, max] = measured.slice(nth * MEASURES, (nth + 1) * MEASURES);
  return {
    nulls: BigInt(String(nulls ?? 0)),
    distinct: BigInt(String(distinct ?? 0)),
    min: (min as string | null) ?? null,
    max: (max as string | null) ?? null,
  };
}
