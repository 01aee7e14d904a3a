/** Statements that a reader can paste: over tables called `production` and `shadow`, with the columns' own names. */
import { otherSide, type Side } from '../core/side.ts';
import type { DiffTables } from '../diff/tables.ts';
import { query } from '../sql/query-file.ts';
import { ident, join, printSql, type Sql, sql } from '../sql/sql.ts';
import type { Candidate, ColumnCells } from './column-cells.ts';
import type { CheckNames } from './detector.ts';

const ALIASES = { production: sql`p`, shadow: sql`s` };

/** Names of one column on both sides, for a detector's own checks. */
export function checkNames(
  reference: Side,
  columns: { readonly reference: string; readonly candidate: string } | null,
): CheckNames {
  // A finding over whole rows has no column of its own, and its checks name none.
  const column = (name: string | undefined): Sql => (name === undefined ? sql`NULL` : ident(name));
  return {
    reference: { table: ident(reference), column: column(columns?.reference) },
    candidate: { table: ident(otherSide(reference)), column: column(columns?.candidate) },
  };
}

/** The rows that this cause explains; null without a key. */
export function cellCheck(tables: DiffTables, cells: ColumnCells, { detector, params }: Candidate): string | null {
  const key = keyColumns(tables);
  if (key.length === 0) return null;
  const own = {
    production: sql`p.${ident(cells.column.name)}`,
    shadow: sql`s.${ident(cells.column.shadow_name)}`,
  };
  const reference = own[cells.roles.reference];
  const candidate = own[cells.roles.candidate];
  const keyNames = key.map(({ name }) => sql`p.${ident(name)}`);
  return printSql(
    query('diagnose/check-cells', {
      cells: join([...keyNames, sql`${own.production} AS production_value`, sql`${own.shadow} AS shadow_value`]),
      same_key: sameKey(tables),
      hit: sql`${candidate} IS NOT DISTINCT FROM ${detector.predict(reference, params, cells.facts)}`,
      differs: sql`${own.production} IS DISTINCT FROM ${own.shadow}`,
      key: join(keyNames),
    }),
  );
}

/** The rows that stand on this side only. */
export function rowCheck(tables: DiffTables, side: Side, byKey: boolean): string {
  const there = otherSide(side);
  const key = keyColumns(tables);
  if (key.length === 0 || !byKey) {
    return printSql(query('diagnose/check-lines', { here: ident(side), there: ident(there) }));
  }
  const alias = ALIASES[side];
  const nameOf = (column: (typeof key)[number]): string => (side === 'production' ? column.name : column.shadow_name);
  return printSql(
    query('diagnose/check-rows', {
      alias,
      here: sql`${ident(side)} AS ${alias}`,
      there: sql`${ident(there)} AS ${ALIASES[there]}`,
      same_key: sameKey(tables),
      key: join(key.map((column) => sql`${alias}.${ident(nameOf(column))}`)),
    }),
  );
}

function keyColumns(tables: DiffTables): DiffTables['columns'] {
  return tables.columns.filter(({ is_key }) => is_key);
}

function sameKey(tables: DiffTables): Sql {
  return join(
    keyColumns(tables).map(
      ({ name, shadow_name }) => sql`p.${ident(name)} IS NOT DISTINCT FROM s.${ident(shadow_name)}`,
    ),
    ' AND ',
  );
}
