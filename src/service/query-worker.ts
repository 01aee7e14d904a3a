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
import { loadTable, mismatchTable, type QueryTable } from './query-tables.ts';
import { serveWork } from './serve-work.ts';

export interface QueryItem {
  readonly statement: string;
  readonly row_limit: number;
  readonly memory_bytes: bigint;
  readonly threads: number;
  readonly spill: string;
  /** Of every mismatch log. */
  readonly segments: readonly LogSegment[];
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
  // Logs may be large, and a statement cannot ask of a table that it does not name.
  const asked = /mismatch_log/i.test(item.statement) ? item.segments : [];
  const { table, unusable } = await mismatchTable(asked, item.spill);
  const tables = [table, ...item.tables];
  const engine = await openDuckdb({
    files: tables.flatMap(({ files }) => files),
    spill: item.spill,
    threads: item.threads,
    memory_bytes: item.memory_bytes,
  });
  try {
    for (const one of tables) await loaded(engine, one);
    const troubles =
      unusable === 0 ? [] : [`${unusable} lines or rows of mismatch logs cannot be used, and are left out`];
    return { ...(await answer(engine, item)), troubles };
  } finally {
    await engine.close();
  }
});

async function loaded(engine: Engine, table: QueryTable): Promise<void> {
  try {
    await loadTable(engine, table);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const trouble = { code: 'log_unreadable', subject: table.name, message: 'a file of it cannot be read' };
    throw new OperatingError(EXIT_CODES.inconclusive, trouble, { cause: error });
  }
}

async function answer(engine: Engine, item: QueryItem): Promise<Omit<QueryAnswer, 'troubles'>> {
  try {
    return await run(engine, item);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    if (/out of memory/i.test(error.kind) || error.message.startsWith('Out of Memory Error')) {
      throw new Inconclusive('out_of_memory', 'the statement needs more memory than it may have', { cause: error });
    }
    throw userSqlTrouble(error, { code: 'statement_failed', text: item.statement.trim() }) ?? error;
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
