/** Cells and rows to show with a finding. */
import type { CellText } from '../core/difference.ts';
import type { FindingExample } from '../core/finding.ts';
import type { Side } from '../core/side.ts';
import { shownText } from '../diff/shown-text.ts';
import type { DiffTables } from '../diff/tables.ts';
import type { Engine, EngineValue } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { ident, integer, join, type Sql, sql } from '../sql/sql.ts';
import type { LookedAt } from './cell-sample.ts';
import { type Candidate, type ColumnCells, predictedForm } from './column-cells.ts';
import type { Twin } from './detector.ts';

/** Without a key a row is told by its first columns. */
const CELLS_OF_A_KEYLESS_ROW = 8;

/** Columns that tell a row: the key, or where there is none the first few. */
export function tellingColumns(tables: DiffTables): readonly number[] {
  const key = tables.columns.flatMap(({ is_key }, i) => (is_key ? [i] : []));
  return key.length > 0 ? key : tables.columns.map((_, i) => i).slice(0, CELLS_OF_A_KEYLESS_ROW);
}

export function typeOf(tables: DiffTables, i: number, side: Side): string {
  return tables.columns[i]?.types[side] ?? 'VARCHAR';
}

interface Shown {
  readonly expression: Sql;
  readonly type: string;
}

export function shownCell({ expression, type }: Shown, i: number): Sql {
  return sql`${shownText(expression, type)} AS ${ident(`cell${i}`)}`;
}

/** Quantiles that pick this many places: the first, the last, and others evenly between. */
function spreadPlaces(limit: number): Sql {
  const steps = Math.max(1, limit - 1);
  return join(Array.from({ length: limit }, (_, i) => sql`${integer(i)} / ${integer(steps)}`));
}

/** Differing cells that fulfil the condition over `changed_rows`, with what the cause predicts for them. */
export async function cellExamples(
  engine: Engine,
  tables: DiffTables,
  cells: ColumnCells,
  lookedAt: LookedAt,
  condition: Sql,
  candidate: Candidate | null,
  limit: number,
): Promise<readonly FindingExample[]> {
  if (limit < 1) return [];
  const telling = tellingColumns(tables);
  const { index } = cells;
  const predicted = candidate === null ? sql`NULL` : predictedForm(candidate, cells, cells.changed);
  const cell = (side: Side, i: number): Shown => ({
    expression: ident(`${side === 'production' ? 'p' : 's'}${i}`),
    type: typeOf(tables, i, side),
  });
  const shown = [
    ...telling.map((i) => cell('production', i)),
    cell('production', index),
    cell('shadow', index),
    { expression: predicted, type: 'VARCHAR' },
  ];
  const spread = await spreadRows(engine, lookedAt, condition, limit);
  const { rows } = await engine.run(query('diagnose/cells', { cells: join(shown.map(shownCell)), rows: spread }));
  return rows.map((row) => exampleOf(tables, telling, cells.column.name, row));
}

/** A query for changed rows: of many the spread is that of a sample, unless that has too few. */
async function spreadRows(engine: Engine, lookedAt: LookedAt, condition: Sql, limit: number): Promise<Sql> {
  const places = spreadPlaces(limit);
  if (!lookedAt.is_sample) return query('diagnose/spread-cells', { condition, places });
  const pairsOf = async (rows: Sql): Promise<{ found: number; pairs: readonly EngineValue[] }> => {
    const [row] = (await engine.run(query('diagnose/spread-pairs', { rows, condition, places }))).rows;
    return { found: Number(row?.[0] ?? 0), pairs: (row?.[1] ?? []) as readonly EngineValue[] };
  };
  const some = await pairsOf(lookedAt.rows);
  const { pairs } = some.found < limit ? await pairsOf(sql`changed_rows`) : some;
  const told = [...new Set(pairs.map((pair) => BigInt(String(pair))))];
  if (told.length === 0) return query('diagnose/spread-cells', { condition, places });
  return join(
    told.map((pair) => query('diagnose/one-pair', { pair: integer(pair) })),
    ' UNION ALL ',
  );
}

/** Rows that stand on this side only, by their twin. */
export async function rowExamples(
  engine: Engine,
  tables: DiffTables,
  side: Side,
  twin: Twin,
  limit: number,
): Promise<readonly FindingExample[]> {
  if (limit < 1) return [];
  const telling = tellingColumns(tables);
  const cells = telling.map((i, nth) => shownCell({ expression: ident(`v${i}`), type: typeOf(tables, i, side) }, nth));
  const { rows } = await engine.run(
    query(
      'diagnose/one-sided-rows',
      {
        cells: cells.length === 0 ? sql`NULL AS cell0` : join(cells),
        rows: ident(`only_in_${side}`),
        places: spreadPlaces(limit),
      },
      { twin },
    ),
  );
  return rows.map((row) => exampleOf(tables, telling, null, row));
}

/** From the telling columns' cells and, where a column is named, its two values and what is predicted. */
export function exampleOf(
  tables: DiffTables,
  telling: readonly number[],
  column: string | null,
  row: readonly EngineValue[],
): FindingExample {
  const cell = (i: number): CellText => (row[i] ?? null) as CellText;
  const [production, shadow, predicted] = column === null ? [] : [0, 1, 2].map((i) => cell(telling.length + i));
  return {
    key: telling.map((i, nth) => ({ column: tables.columns[i]?.name ?? '', value: cell(nth) })),
    column,
    production: production ?? null,
    shadow: shadow ?? null,
    predicted: predicted ?? null,
  };
}
