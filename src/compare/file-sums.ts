/**
 * Fingerprints per file. They add up: the sums of a landing are the sums of its files, whichever of them were read today,
 * read last week, or summed by their producer. What makes two sums comparable is their form: the SQL that made them, the
 * columns and types that it read, and the engine whose hash it is.
 */
import type { Fingerprint } from '../core/comparison.ts';
import { idOf } from '../core/identity.ts';
import type { Side, Sided } from '../core/side.ts';
import type { Engine } from '../engine/engine.ts';
import type { OpenedSide, SideColumn } from '../partition/side-table.ts';
import { query } from '../sql/query-file.ts';
import { ident, printSql, type Sql } from '../sql/sql.ts';
import type { ColumnPlan } from './column-plan.ts';
import { columnForms, type RowFilter, sideQuery } from './side-query.ts';

/** Of the rows of one file that take part. Sums of parts of 31 bits. */
export interface FileSums {
  readonly row_count: bigint;
  readonly low_sum: bigint;
  readonly high_sum: bigint;
}

/** The largest that one row adds to a sum. */
export const ROW_SUM_MAX = 2n ** 31n - 1n;

/** What one side's rows are read by. */
export interface SideReading {
  readonly side: Side;
  readonly table: OpenedSide;
  readonly plan: ColumnPlan;
  readonly filter: RowFilter;
}

/** The rows of a side as a query; of these files only, where their numbers are given. */
export function rowsOf({ side, table, plan, filter }: SideReading, files: readonly number[] | null = null): Sql {
  return sideQuery(side, { ...table, from: fromOf(table, files) }, plan, filter);
}

function fromOf(table: OpenedSide, files: readonly number[] | null): Sql {
  if (files === null) return table.from;
  if (table.fromFiles === null) throw new Error('the files of this side can only be read together');
  return table.fromFiles(files);
}

/** Reads files, all of them for null, in one statement; returns their sums in the order asked for. */
export async function readFileSums(
  engine: Engine,
  reading: SideReading,
  files: readonly number[] | null,
): Promise<readonly FileSums[]> {
  const count = files?.length ?? reading.table.files.length;
  if (count === 0) return [];
  const columns = columnForms(reading.plan, reading.side);
  const { rows } = await engine.run(query('compare/file-sums', { side: rowsOf(reading, files), columns }));
  const sums: FileSums[] = Array.from({ length: count }, () => NO_ROWS);
  for (const [file, row_count, low_sum, high_sum] of rows) {
    const place = Number(file);
    if (sums[place] !== NO_ROWS) throw new Error(`sums of file ${place} of ${count}`);
    sums[place] = { row_count: bigint(row_count), low_sum: bigint(low_sum), high_sum: bigint(high_sum) };
  }
  return sums;
}

const NO_ROWS: FileSums = { row_count: 0n, low_sum: 0n, high_sum: 0n };

/** An integer of the engine, whatever its width. */
function bigint(cell: unknown): bigint {
  return BigInt(String(cell));
}

/** The fingerprint of a landing, as one pass over all of its files gives it. */
export function totalOf(files: Iterable<FileSums>): Fingerprint {
  let [row_count, low, high] = [0n, 0n, 0n];
  for (const file of files) {
    row_count += file.row_count;
    low += file.low_sum;
    high += file.high_sum;
  }
  return { row_count, checksum: `${low}-${high}` };
}

/**
 * The id of everything that decides a file's sums but the file: the statement, the columns of the table with their types
 * (a condition may speak of any), and the engine.
 */
export function formOf({ side, table, plan, filter }: SideReading, engineVersion: string): string {
  const place = { from: ident('files'), file: ident('file'), row: ident('row') };
  const rows = sideQuery(side, place, plan, filter);
  const statement = query('compare/file-sums', { side: rows, columns: columnForms(plan, side) });
  return idOf('form', 1, engineVersion, printSql(statement), table.columns.map(printColumn));
}

function printColumn({ name, type, expression }: SideColumn): readonly [string, string, string] {
  return [name, type, printSql(expression)];
}

/**
 * The numbers of the files that are left on each side when files with equal sums, one here against one there, are taken
 * away: they hold the same rows, so whatever differs lies in the rest.
 */
export function withoutEqualFiles({ production, shadow }: Sided<readonly FileSums[]>): Sided<readonly number[]> {
  const open = new Map<string, number[]>();
  for (const [i, sums] of shadow.entries()) {
    const same = open.get(printSums(sums));
    if (same === undefined) open.set(printSums(sums), [i]);
    else same.push(i);
  }
  const left = production.flatMap((sums, i) => (open.get(printSums(sums))?.pop() === undefined ? [i] : []));
  return { production: left, shadow: [...open.values()].flat().sort((one, other) => one - other) };
}

export function isEqualSums(one: FileSums, other: FileSums): boolean {
  return one.row_count === other.row_count && one.low_sum === other.low_sum && one.high_sum === other.high_sum;
}

function printSums({ row_count, low_sum, high_sum }: FileSums): string {
  return `${row_count}-${low_sum}-${high_sum}`;
}
