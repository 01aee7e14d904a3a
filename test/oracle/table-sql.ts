/** Generated tables as SQL: to write them, and to show a failing pair so that it can be pasted. */
import { type Cell, literal, quotedName, typeSql } from './column-type.ts';
import type { RandomPair, WrittenColumn, WrittenTable } from './random-tables.ts';

/** These rows of the table, each so many times. */
export function selectOf(
  { columns }: Pick<WrittenTable, 'columns'>,
  rows: readonly (readonly Cell[])[],
  copies: number,
): string {
  const cast = ({ type, written_as }: WrittenColumn, cell: Cell): string =>
    type === written_as ? literal(type, cell) : `TRY_CAST(${literal(type, cell)} AS ${typeSql(written_as)})`;
  const names = columns.map(({ name }) => quotedName(name)).join(', ');
  const rowOf = (cells: readonly Cell[]): string =>
    `(${columns.map((column, i) => cast(column, cells[i] ?? null)).join(', ')})`;
  const isEmpty = rows.length === 0;
  const values = isEmpty ? rowOf([]) : rows.map(rowOf).join(', ');
  return `SELECT t.* FROM (VALUES ${values}) t(${names}), range(${isEmpty ? 0 : copies})`;
}

/** The pair as a person wants to see it. */
export function shownPair({ production, shadow, spec, large }: RandomPair): string {
  const shown = (table: WrittenTable): string =>
    `${selectOf(table, table.rows, 1)}${table.cuts.length === 0 ? '' : ` -- files begin at rows ${table.cuts.join(', ')}`}`;
  const size = large ? 'as large sides' : 'as kept sides';
  return `\n${size}, ${JSON.stringify(spec)}\nproduction: ${shown(production)}\nshadow: ${shown(shadow)}\n`;
}
