/**
 * Main file of the throw-away process behind `shadowcheck query`: one statement of a user, over the logs and a copy of
 * the catalog. It may break its engine or its process; nobody else lives in it.
 */

import { openDuckdb } from '../engine/duckdb.ts';
import type { Engine, EngineValue } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { ident, sql } from '../sql/sql.ts';
import { userStatement } from '../sql/user-statement.ts';
import { serveWork } from './serve-work.ts';

export interface QueryItem {
  readonly statement: string;
  readonly row_limit: number;
  readonly memory_bytes: bigint;
  readonly threads: number;
  readonly spill: string;
  /** Table name → its files: Parquet segments, or one file of JSON lines. */
  readonly tables: readonly {
    readonly name: string;
    readonly kind: 'parquet' | 'jsonl';
    readonly files: readonly string[];
  }[];
}

export interface QueryAnswer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly EngineValue[])[];
  /** More rows than the limit: the rest was cut. */
  readonly cut: boolean;
}

serveWork<QueryItem, QueryAnswer>(async (item) => {
  const engine = await openDuckdb({
    files: item.tables.flatMap(({ files }) => files),
    spill: item.spill,
    threads: item.threads,
    memory_bytes: item.memory_bytes,
  });
  try {
    await loadTables(engine, item);
    return await answer(engine, item);
  } finally {
    await engine.close();
  }
});

async function loadTables(engine: Engine, item: QueryItem): Promise<void> {
  for (const { name, kind, files } of item.tables) {
    if (files.length === 0) continue;
    const source = kind === 'parquet' ? 'service/load-parquet' : 'service/load-jsonl';
    await engine.run(query(source, { table: ident(name) }, { files }));
  }
}

async function answer(engine: Engine, item: QueryItem): Promise<QueryAnswer> {
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
