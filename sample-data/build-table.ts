/**
 * A table as it is planted: every cell is text in the form in which DuckDB prints the type, or null. So faults and
 * counts need no engine, and two cells are equal when their texts are. Generators must write each value in one form
 * only: no `1.5` beside `1.50` in a DECIMAL(4,2).
 */

export type Cell = string | null;
export type Row = readonly Cell[];

export interface TableColumn {
  readonly name: string;
  /** DuckDB's name of the type. */
  readonly type: string;
}

export interface Table {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly Row[];
}

/** Columns from `name TYPE` texts. */
export function columns(...declared: readonly string[]): TableColumn[] {
  return declared.map((text) => {
    const at = text.indexOf(' ');
    return { name: text.slice(0, at), type: text.slice(at + 1) };
  });
}

/** The position of a column. Throws where the table has none of that name. */
export function positionOf(table: Table, column: string): number {
  const position = table.columns.findIndex(({ name }) => name === column);
  if (position < 0) throw new Error(`no column ${column} in (${table.columns.map(({ name }) => name).join(', ')})`);
  return position;
}

/** A number of hundredths, thousandths … as DECIMAL text: `decimal(-1205, 2)` is `-12.05`. */
export function decimal(units: number, scale: number): string {
  const digits = String(Math.abs(units)).padStart(scale + 1, '0');
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return units < 0 ? `-${text}` : text;
}
