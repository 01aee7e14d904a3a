/** The tables that `shadowcheck query` offers: declared first, so that they are there also while nothing was logged. */
import { appendFile, writeFile } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import type { Column } from '../core/column.ts';
import type { LoggedSide, Mismatch } from '../core/mismatch.ts';
import { SIDES } from '../core/side.ts';
import { openDuckdb } from '../engine/duckdb.ts';
import type { Engine } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { ident, join, type Sql, sql, value } from '../sql/sql.ts';
import { DEBUG_COLUMNS } from '../store/debug-log.ts';
import type { LogSegment } from '../store/log-segments.ts';
import { MISMATCH_COLUMNS } from '../store/mismatch-columns.ts';
import { RECORD_VERSION } from '../store/mismatch-log.ts';
import { readSegment } from '../store/mismatch-reader.ts';
import type { LogColumn, LogColumnType } from '../store/parquet.ts';
import { globEscaped } from '../store/parquet-segment.ts';
import { SIGNAL_COLUMNS } from '../store/signal-columns.ts';

/** A table of rows as JSON lines, which are loaded before the statement runs. */
export interface LoadedTable {
  readonly kind: 'jsonl';
  readonly name: string;
  readonly columns: readonly Column[];
  readonly files: readonly string[];
}

/** A log in Parquet, which is not loaded: the engine reads the columns and row groups that the statement asks for. */
export interface ParquetLog {
  readonly kind: 'parquet';
  readonly name: 'debug_log' | 'signal_log';
  readonly columns: readonly Column[];
  readonly files: readonly string[];
}

export type QueryTable = LoadedTable | ParquetLog;

/** Whether a statement may ask of a table: it cannot without its name, but a name may also stand in a text or a comment. */
export function mentions(statement: string, table: string): boolean {
  return statement.toLowerCase().includes(table.toLowerCase());
}

/** Counts of others go beyond 64 bits, and one of them must not keep a whole log from being read. */
const LOG_TYPES: Readonly<Record<LogColumnType, string>> = {
  text: 'VARCHAR',
  int32: 'INTEGER',
  int64: 'HUGEINT',
  double: 'DOUBLE',
  timestamp: 'TIMESTAMP',
  text_list: 'VARCHAR[]',
};

/** Types are written into statements, so only these are known. */
const TYPES: Readonly<Record<string, { readonly bare: Sql; readonly quoted: Sql }>> = {
  VARCHAR: { bare: sql`VARCHAR`, quoted: sql`'VARCHAR'` },
  INTEGER: { bare: sql`INTEGER`, quoted: sql`'INTEGER'` },
  BIGINT: { bare: sql`BIGINT`, quoted: sql`'BIGINT'` },
  HUGEINT: { bare: sql`HUGEINT`, quoted: sql`'HUGEINT'` },
  DOUBLE: { bare: sql`DOUBLE`, quoted: sql`'DOUBLE'` },
  TIMESTAMP: { bare: sql`TIMESTAMP`, quoted: sql`'TIMESTAMP'` },
  'VARCHAR[]': { bare: sql`VARCHAR[]`, quoted: sql`'VARCHAR[]'` },
};

function typeOf({ name, type }: Column): { readonly bare: Sql; readonly quoted: Sql } {
  const known = TYPES[type];
  if (known === undefined) throw new Error(`column ${name} has the type ${type}, which no table of a query has`);
  return known;
}

function columnsOf(columns: readonly LogColumn[]): readonly Column[] {
  return columns.map(({ name, type }) => ({ name, type: LOG_TYPES[type] }));
}

export function debugLog(files: readonly string[]): ParquetLog {
  return { kind: 'parquet', name: 'debug_log', columns: columnsOf(DEBUG_COLUMNS), files };
}

export function signalLog(files: readonly string[]): ParquetLog {
  return { kind: 'parquet', name: 'signal_log', columns: columnsOf(SIGNAL_COLUMNS), files };
}

/**
 * The entries of anybody's mismatch logs as one file of JSON lines in `folder`, read as the analysis reads them. Returns
 * how many lines or rows could not be used, too.
 */
export async function mismatchTable(
  segments: readonly LogSegment[],
  folder: string,
): Promise<{ readonly table: LoadedTable; readonly unusable: number }> {
  const path = joinPath(folder, 'mismatch_log.jsonl');
  await writeFile(path, '');
  let unusable = 0;
  for (const segment of segments) {
    const { entries, quarantined } = await readSegment(segment, openDuckdb);
    unusable += quarantined.length;
    await appendFile(path, entries.map((entry) => `${JSON.stringify(rowOf(entry), bigintAsText)}\n`).join(''));
  }
  const columns = columnsOf(MISMATCH_COLUMNS);
  return { table: { name: 'mismatch_log', columns, kind: 'jsonl', files: [path] }, unusable };
}

function rowOf({ production, shadow, ...own }: Mismatch): Readonly<Record<string, unknown>> {
  const sides = { production, shadow };
  const ofSides = SIDES.flatMap((side) =>
    (Object.entries(sides[side]) as [keyof LoggedSide, unknown][]).map(([name, cell]) => [`${side}_${name}`, cell]),
  );
  return { record_version: RECORD_VERSION, ...own, ...Object.fromEntries(ofSides) };
}

function bigintAsText(_: string, cell: unknown): unknown {
  return typeof cell === 'bigint' ? cell.toString() : cell;
}

/** Makes a table, or a view of a log, that a statement can ask of. */
export async function offerTable(engine: Engine, table: QueryTable): Promise<void> {
  if (table.kind === 'parquet' && table.files.length > 0) return offerLog(engine, table);
  const name = ident(table.name);
  const declared = join(table.columns.map((column) => sql`${ident(column.name)} ${typeOf(column).bare}`));
  await engine.run(query('service/make-table', { table: name, columns: declared }));
  if (table.kind === 'parquet' || table.files.length === 0) return;
  const types = sql`{${join(table.columns.map((column) => sql`${ident(column.name)}: ${typeOf(column).quoted}`))}}`;
  await engine.run(query('service/load-jsonl', { table: name, columns: types }, { files: table.files }));
}

/** The engine takes no bound value in a view, but a variable; our names of logs are the only text in there. */
const VARIABLES: Readonly<Record<ParquetLog['name'], Sql>> = {
  debug_log: sql`'debug_log'`,
  signal_log: sql`'signal_log'`,
};

async function offerLog(engine: Engine, { name, columns, files }: ParquetLog): Promise<void> {
  const paths = join(files.map((file) => value(globEscaped(file))));
  await engine.run(query('service/set-log-files', { variable: ident(name), paths }));
  await engine.run(
    query('service/make-log-view', {
      view: ident(name),
      variable: VARIABLES[name],
      columns: join(columns.map((column) => ident(column.name))),
      declared: join(columns.map((column) => sql`CAST(NULL AS ${typeOf(column).bare}) AS ${ident(column.name)}`)),
    }),
  );
}
