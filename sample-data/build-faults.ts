/**
 * The faults that are planted, as plain changes of cell texts. They share no code with the detectors that must find
 * them, so that one mistake cannot hide in both.
 */
import { type Cell, decimal, positionOf, type Row, type Table } from './build-table.ts';
import { SECOND, timeOfText, timestampText } from './build-time.ts';

type Params = Readonly<Record<string, string | number>>;

/** What a system does wrong while it writes a table: its cause and parameters as reports name them. */
export interface Fault {
  readonly cause: string;
  readonly params: Params;
  readonly columns: readonly string[];
  /** The id in `known-issues.yaml` under which people know it. */
  readonly knownIssue: string | null;
  readonly apply: (table: Table) => Table;
}

/** A fault with the number of cells, rows or columns that it changed. */
export interface PlantedFault extends Fault {
  readonly affected: number;
}

/** Applies the faults one after the other: faults of rows come first, so that no cell is counted in a row that is lost. */
export function plant(table: Table, faults: readonly Fault[]): { table: Table; planted: PlantedFault[] } {
  let current = table;
  const planted = faults.map((fault) => {
    const before = current;
    current = fault.apply(before);
    return { ...fault, affected: affectedBy(before, current) };
  });
  return { table: current, planted };
}

function affectedBy(before: Table, after: Table): number {
  if (before.rows.length !== after.rows.length) return Math.abs(before.rows.length - after.rows.length);
  const renamed = before.columns.filter(({ name }, i) => after.columns[i]!.name !== name).length;
  if (renamed > 0) return renamed;
  const changed = before.rows.map((row, i) => row.filter((cell, j) => cell !== after.rows[i]![j]).length);
  return changed.reduce((sum, count) => sum + count, 0);
}

/** In place of a cause, for a change that people agreed upon: it is counted, and no report explains it. */
export const AGREED = 'agreed';

export function asAgreed(fault: Fault): Fault {
  return { ...fault, cause: AGREED };
}

export function asKnownIssue(id: string, fault: Fault): Fault {
  return { ...fault, knownIssue: id };
}

function cellFault(cause: string, params: Params, column: string, change: (cell: string) => Cell): Fault {
  return nullableCellFault(cause, params, column, (cell) => (cell === null ? null : change(cell)));
}

function nullableCellFault(cause: string, params: Params, column: string, change: (cell: Cell) => Cell): Fault {
  const apply = (table: Table): Table => {
    const at = positionOf(table, column);
    return { ...table, rows: table.rows.map((row) => row.with(at, change(row[at]!))) };
  };
  return { cause, params, columns: [column], knownIssue: null, apply };
}

/** Values that fulfil the condition are lost. */
export function valuesLost(column: string, condition: (cell: string) => boolean): Fault {
  return cellFault('to_null', {}, column, (cell) => (condition(cell) ? null : cell));
}

/** Every NULL is written as this value. */
export function nullsFilled(column: string, value: string): Fault {
  return nullableCellFault('null_fill', { value }, column, (cell) => cell ?? value);
}

/** Every time is moved by the same span. */
export function timesShifted(column: string, seconds: number): Fault {
  return cellFault('tz_fixed', { offset_seconds: seconds }, column, (cell) =>
    timestampText(timeOfText(cell) + seconds * SECOND),
  );
}

export function timesCutToMilliseconds(column: string): Fault {
  return cellFault('ts_trunc', { unit: 'ms' }, column, (cell) => {
    const time = timeOfText(cell);
    return timestampText(time - (time % 1000));
  });
}

/** Halves away from zero; the column keeps its scale. */
export function decimalsRounded(column: string, decimals: number): Fault {
  return cellFault('dec_round', { decimals }, column, (cell) => roundedText(cell, decimals));
}

function roundedText(cell: string, decimals: number): string {
  const scale = cell.length - cell.indexOf('.') - 1;
  const step = 10 ** (scale - decimals);
  const units = Number(cell.replace('.', ''));
  return decimal(Math.sign(units) * Math.floor(Math.abs(units) / step + 0.5) * step, scale);
}

export function caseChanged(column: string, to: 'lower' | 'upper'): Fault {
  return cellFault('case', { to }, column, (cell) => (to === 'lower' ? cell.toLowerCase() : cell.toUpperCase()));
}

/** Blanks at both ends are lost. */
export function blanksTrimmed(column: string): Fault {
  return cellFault('trim', { ends: 'both' }, column, (cell) => cell.replace(/^ +| +$/g, ''));
}

/** The column holds one value in every row. */
export function columnConstant(column: string, value: string): Fault {
  return nullableCellFault('col_const', { value }, column, () => value);
}

export function columnRenamed(column: string, name: string): Fault {
  const apply = (table: Table): Table => {
    const at = positionOf(table, column);
    return { ...table, columns: table.columns.with(at, { ...table.columns[at]!, name }) };
  };
  return { cause: 'schema_drift', params: { change: 'renamed' }, columns: [column, name], knownIssue: null, apply };
}

function rowFault(cause: string, change: (rows: readonly Row[], table: Table) => readonly Row[]): Fault {
  const apply = (table: Table): Table => ({ ...table, rows: change(table.rows, table) });
  return { cause, params: {}, columns: [], knownIssue: null, apply };
}

/** The last rows are not written. */
export function tailLost(count: number): Fault {
  return rowFault('missing_rows', (rows) => rows.slice(0, -count));
}

export function rowsLostWhere(column: string, value: string): Fault {
  return rowFault('missing_rows', (rows, table) => {
    const at = positionOf(table, column);
    return rows.filter((row) => row[at] !== value);
  });
}

/** Rows of this range are written twice, as a replayed batch is. */
export function rowsRepeated(from: number, to: number): Fault {
  return rowFault('dup_exact', (rows) => [...rows, ...rows.slice(from, to)]);
}

export function rowsAdded(added: readonly Row[]): Fault {
  return rowFault('extra_rows', (rows) => [...rows, ...added]);
}
