/**
 * Fingerprints per file. They add up: the sums of a landing are the sums of its files, whichever of them were read today,
 * read last week, or summed by their producer. What makes two sums comparable is their form: the SQL that made them, the
 * columns and types that it read, and the engine whose hash it is.
 */
import type { Fingerprint } from '../core/comparison.ts';
import { idOf } from '../core/identity.ts';
import type { Side, Sided } from '../core/side.ts';
import type { Spec } from '../core/spec.ts';
import type { Engine } from '../engine/engine.ts';
import type { OpenedSide, SideColumn } from '../partition/side-table.ts';
import { query } from '../sql/query-file.ts';
import { ident, printSql, type Sql } from '../sql/sql.ts';
import type { ColumnPlan } from './column-plan.ts';
import { rowHash } from './row-hash.ts';
import { type RowFilter, sideQuery } from './side-query.ts';
import { addStrong, printStrong, strongOf, strongParts } from './strong-checksum.ts';

/** Of the rows of one file that take part. Sums of parts of 31 bits. */
export interface FileSums {
  readonly row_count: bigint;
  readonly low_sum: bigint;
  readonly high_sum: bigint;
  /** Of the rows' digests; null where the checksum is the fast one. */
  readonly strong: readonly bigint[] | null;
}

/** The largest that one row adds to a sum. */
export const ROW_SUM_MAX = 2n ** 31n - 1n;

/** What one side's rows are read by. */
export interface SideReading {
  readonly side: Side;
  readonly table: OpenedSide;
  readonly plan: ColumnPlan;
  readonly filter: RowFilter;
  /** Absent: fast. */
  readonly checksum?: Spec['checksum'];
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
  const noRows = { row_count: 0n, low_sum: 0n, high_sum: 0n, strong: isStrong(reading) ? strongOf([]) : null };
  const { rows } = await engine.run(statementOf(reading, rowsOf(reading, files)));
  const sums: FileSums[] = Array.from({ length: count }, () => noRows);
  for (const [file, row_count, low_sum, high_sum, ...strong] of rows) {
    const place = Number(file);
    if (sums[place] !== noRows) throw new Error(`sums of file ${place} of ${count}`);
    sums[place] = {
      row_count: bigint(row_count),
      low_sum: bigint(low_sum),
      high_sum: bigint(high_sum),
      strong: isStrong(reading) ? strongOf(strong) : null,
    };
  }
  return sums;
}

function isStrong({ checksum }: SideReading): boolean {
  return checksum === 'strong';
}

function statementOf(reading: SideReading, rows: Sql): Sql {
  const { plan, side } = reading;
  const row_hash = rowHash(plan, side);
  return isStrong(reading)
    ? query('compare/strong-file-sums', { side: rows, row_hash, ...strongParts(plan, side) })
    : query('compare/file-sums', { side: rows, row_hash });
}

/** An integer of the engine, whatever its width. */
function bigint(cell: unknown): bigint {
  return BigInt(String(cell));
}

/** The fingerprint of a landing, as one pass over all of its files gives it. */
export function totalOf(files: Iterable<FileSums>): Fingerprint {
  let [row_count, low, high] = [0n, 0n, 0n];
  let strong: readonly bigint[] | null = null;
  for (const file of files) {
    row_count += file.row_count;
    low += file.low_sum;
    high += file.high_sum;
    if (file.strong !== null) strong = strong === null ? file.strong : addStrong(strong, file.strong);
  }
  return { row_count, checksum: `${low}-${high}`, strong: strong === null ? null : printStrong(strong) };
}

/** Changed whenever sums of one statement come to mean something else. */
const FORM_VERSION = 2;

/**
 * The id of everything that decides a file's sums but the file: the statement, the columns of the table with their types
 * (a condition may speak of any), and the engine.
 */
export function formOf(reading: SideReading, engineVersion: string): string {
  const { side, table, plan, filter } = reading;
  const place = { from: ident('files'), file: ident('file'), row: ident('row') };
  const statement = statementOf(reading, sideQuery(side, place, plan, filter));
  return idOf('form', FORM_VERSION, engineVersion, printSql(statement), table.columns.map(printColumn));
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
  return printSums(one) === printSums(other);
}

function printSums({ row_count, low_sum, high_sum, strong }: FileSums): string {
  return [row_count, low_sum, high_sum, ...(strong ?? [])].join('-');
}
