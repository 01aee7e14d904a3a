/** Cells and rows to show with a finding: what speaks for it, and what against it. */
import type { CellText } from '../core/difference.ts';
import type { FindingExample } from '../core/finding.ts';
import type { Side } from '../core/side.ts';
import { shownText } from '../diff/shown-text.ts';
import type { DiffTables } from '../diff/tables.ts';
import type { Engine, EngineValue } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { ident, integer, join, type Sql, sql } from '../sql/sql.ts';
import { type Candidate, type ColumnCells, isAtRisk, predictedForm } from './column-cells.ts';
import type { Twin } from './detector.ts';

const COUNTER_EXAMPLES = 3n;
/** Without a key a row is told by its first columns. */
const CELLS_OF_A_KEYLESS_ROW = 8;

/** Columns that tell a row: the key, or where there is none the first few. */
function tellingColumns(tables: DiffTables): readonly number[] {
  const key = tables.columns.flatMap(({ is_key }, i) => (is_key ? [i] : []));
  return key.length > 0 ? key : tables.columns.map((_, i) => i).slice(0, CELLS_OF_A_KEYLESS_ROW);
}

function typeOf(tables: DiffTables, i: number, side: Side): string {
  return tables.columns[i]?.types[side] ?? 'VARCHAR';
}

interface Shown {
  readonly expression: Sql;
  readonly type: string;
}

function text({ expression, type }: Shown, i: number): Sql {
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
  const { rows } = await engine.run(
    query('diagnose/cells', { cells: join(shown.map(text)), condition, places: spreadPlaces(limit) }),
  );
  return rows.map((row) => exampleOf(tables, telling, cells.column.name, row));
}

/** Cells at risk that are equal. Both sides hold the reference's value. */
export async function counterExamples(
  engine: Engine,
  tables: DiffTables,
  cells: ColumnCells,
  population: Sql,
  candidate: Candidate,
): Promise<readonly FindingExample[]> {
  const telling = tellingColumns(tables);
  const value = sql`r.${cells.value}`;
  const form = cells.form.reference(value);
  const predicted = predictedForm(candidate, cells, { reference: value, reference_form: form });
  const { reference } = cells.roles;
  const type = typeOf(tables, cells.index, reference);
  const shown = [
    ...telling.map((i) => ({ expression: sql`r.${ident(`v${i}`)}`, type: typeOf(tables, i, reference) })),
    { expression: value, type },
    { expression: value, type },
    { expression: predicted, type: 'VARCHAR' },
  ];
  const { rows } = await engine.run(
    query(
      'diagnose/counter-cells',
      {
        cells: join(shown.map(text)),
        population,
        at_risk: isAtRisk(predicted, form, cells),
        partnerless: ident(`only_in_${reference}`),
        differs: sql`c.${cells.differs}`,
        partner_file: sql`c.${ident(`${reference}_file`)}`,
        partner_row: sql`c.${ident(`${reference}_row`)}`,
      },
      { limit: COUNTER_EXAMPLES },
    ),
  );
  return rows.map((row) => exampleOf(tables, telling, cells.column.name, row));
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
  const cells = telling.map((i, nth) => text({ expression: ident(`v${i}`), type: typeOf(tables, i, side) }, nth));
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

function exampleOf(
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
