/**
 * Main file of the throw-away process behind `shadowcheck query`: one statement of a user, over the logs and a copy of
 * the catalog. It may break its engine or its process; nobody else lives in it.
 */

import { userSqlTrouble } from '../analyze/user-sql.ts';
import { OperatingError } from '../core/operating-error.ts';
import { EXIT_CODES, Inconclusive } from '../core/outcome.ts';
import { openDuckdb } from '../engine/duckdb.ts';
import { type Engine, EngineError, type EngineValue } from '../engine/engine.ts';
import { sql } from '../sql/sql.ts';
import { userStatement } from '../sql/user-statement.ts';
import type { LogSegment } from '../store/log-segments.ts';
import { globEscaped } from '../store/parquet-segment.ts';
import { mismatchTable, offerTable, type QueryTable } from './query-tables.ts';
import { serveWork } from './serve-work.ts';

export interface QueryItem {
  readonly statement: string;
  readonly row_limit: number;
  readonly memory_bytes: bigint;
  readonly threads: number;
  readonly spill: string;
  /** Of every mismatch log, where the statement asks of them. */
  readonly segments: readonly LogSegment[];
  /** The others; without files where the statement does not ask of them. */
  readonly tables: readonly QueryTable[];
}

export interface QueryAnswer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly EngineValue[])[];
  /** More rows than the limit: the rest was cut. */
  readonly cut: boolean;
  /** What of the logs is not in the tables, and why, a line each. */
  readonly troubles: readonly string[];
}

serveWork<QueryItem, QueryAnswer>(async (item) => {
  const { table, unusable } = await mismatchTable(item.segments, item.spill);
  const tables = [table, ...item.tables];
  const engine = await openDuckdb({
    // DuckDB checks a pattern against what may be read as well as the file that it stands for.
    files: [...new Set(tables.flatMap(({ files }) => files.flatMap((file) => [file, globEscaped(file)])))],
    spill: item.spill,
    threads: item.threads,
    memory_bytes: item.memory_bytes,
  });
  try {
    for (const one of tables) await offered(engine, one);
    const troubles =
      unusable === 0 ? [] : [`${unusable} lines or rows of mismatch logs cannot be used, and are left out`];
    return { ...(await answer(engine, item)), troubles };
  } finally {
    await engine.close();
  }
});

async function offered(engine: Engine, table: QueryTable): Promise<void> {
  try {
    await offerTable(engine, table);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw unreadable(table.name, error);
  }
}

function unreadable(table: string, cause: EngineError): OperatingError {
  const trouble = { code: 'log_unreadable', subject: table, message: 'a file of it cannot be read' };
  return new OperatingError(EXIT_CODES.inconclusive, trouble, { cause });
}

/** Logs in Parquet are read while the statement runs, and so are their damages; the statement itself reads no file. */
function logTrouble({ tables }: QueryItem, error: EngineError): OperatingError | null {
  const [log] = tables.filter(({ kind, files }) => kind === 'parquet' && files.length > 0);
  const isOfFiles = ['IO', 'Invalid', 'Serialization'].includes(error.kind);
  return log !== undefined && isOfFiles ? unreadable(log.name, error) : null;
}

async function answer(engine: Engine, item: QueryItem): Promise<Omit<QueryAnswer, 'troubles'>> {
  try {
    return await run(engine, item);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    if (/out of memory/i.test(error.kind) || error.message.startsWith('Out of Memory Error')) {
      throw new Inconclusive('out_of_memory', 'the statement needs more memory than it may have', { cause: error });
    }
    throw (
      userSqlTrouble(error, { code: 'statement_failed', text: item.statement.trim() }) ??
      logTrouble(item, error) ??
      error
    );
  }
}

async function run(engine: Engine, item: QueryItem): Promise<Omit<QueryAnswer, 'troubles'>> {
  const statement = await userStatement(item.statement, async (parse) =>
    String((await engine.run(parse)).rows[0]?.[0]),
  );
  const rows: (readonly EngineValue[])[] = [];
  let columns: readonly string[] = [];
  for await (const chunk of engine.stream(sql`${statement}`)) {
    columns = chunk.columns.map(({ name }) => name);
    for (const row of chunk.rows) {
      if (rows.length >= item.row_limit) return { columns, rows, cut: true };
      rows.push(row);
    }
  }
  if (columns.length === 0) columns = (await engine.describe(statement)).map(({ name }) => name);
  return { columns, rows, cut: false };
}
