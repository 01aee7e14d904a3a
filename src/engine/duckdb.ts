/** DuckDB behind the engine port: the one door to its driver. */
import {
  type DuckDBConnection,
  DuckDBInstance,
  DuckDBListValue,
  type DuckDBType,
  type DuckDBValue,
  version as duckdbVersion,
  LIST,
  listValue,
  VARCHAR,
} from '@duckdb/node-api';
import type { Column } from '../core/column.ts';
import { messageOf } from '../core/operating-error.ts';
import { compile, join, type Sql, type SqlValue, sql, value } from '../sql/sql.ts';
import { type Engine, EngineError, type EngineLimits, type EngineValue, type ResultTable } from './engine.ts';

/**
 * Opens a locked-down session: no extension is loaded, nothing outside `limits` is read, no setting can be changed
 * later. The time zone is UTC, because `=` on zoned timestamps depends on it. The cache of external files is off: it
 * would answer from memory for a file that was rewritten under the same name.
 *
 * Throws `EngineError` where DuckDB cannot start.
 */
export async function openDuckdb(limits: EngineLimits): Promise<Engine> {
  const options: Record<string, string> = {
    threads: String(limits.threads),
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    enable_external_file_cache: 'false',
    preserve_insertion_order: 'true',
  };
  if (limits.memory_bytes !== null) options.memory_limit = `${limits.memory_bytes}B`;
  // Without a spill folder DuckDB would spill into `.tmp` of the working folder.
  options.temp_directory = limits.spill ?? '';
  const instance = await translated(() => DuckDBInstance.create(':memory:', options));
  const connection = await instance.connect();
  const session = new DuckdbSession(instance, connection);
  await session.run(sql`SET TimeZone = 'UTC'`);
  // Groups by a number of 16 bits and NULL are counted in an array instead of a hash table: a tenth of a scan less.
  await session.run(sql`SET perfect_ht_threshold = 17`);
  await session.run(sql`SET allowed_paths = ${list(limits.files)}`);
  if (limits.spill !== null) await session.run(sql`SET allowed_directories = ${list([limits.spill])}`);
  await session.run(sql`SET enable_external_access = false`);
  await session.run(sql`SET lock_configuration = true`);
  return session;
}

/** A SET statement takes a list, but not a bound list: its members are bound one by one. */
function list(texts: readonly string[]): Sql {
  return sql`[${join(texts.map((text) => value(text)))}]`;
}

class DuckdbSession implements Engine {
  readonly version = `DuckDB ${duckdbVersion().replace(/^v/, '')}`;
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;

  constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.#connection = connection;
  }

  async run(statement: Sql): Promise<ResultTable> {
    const { text, values, types } = bind(statement);
    return translated(async () => {
      const result = await this.#connection.runAndReadAll(text, values, types);
      const columns = columnsOf(result.columnNames(), result.columnTypes());
      return { columns, rows: result.getRows().map((row) => row.map(toEngineValue)) };
    });
  }

  async *stream(statement: Sql): AsyncIterable<ResultTable> {
    const { text, values, types } = bind(statement);
    const result = await translated(() => this.#connection.stream(text, values, types));
    const columns = columnsOf(result.columnNames(), result.columnTypes());
    while (true) {
      const chunk = await translated(() => result.fetchChunk());
      if (chunk === null || chunk.rowCount === 0) return;
      yield { columns, rows: chunk.getRows().map((row) => row.map(toEngineValue)) };
    }
  }

  async describe(query: Sql): Promise<readonly Column[]> {
    const { rows } = await this.run(sql`DESCRIBE ${query}`);
    return rows.map(([name, type]) => ({ name: String(name), type: String(type) }));
  }

  cancel(): void {
    this.#connection.interrupt();
  }

  async close(): Promise<void> {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}

function columnsOf(names: readonly string[], types: readonly DuckDBType[]): readonly Column[] {
  return names.map((name, i) => ({ name, type: String(types[i]) }));
}

function bind(statement: Sql): { text: string; values: DuckDBValue[]; types: DuckDBType[] | undefined } {
  const { text, values } = compile(statement, (position) => `$${position}`);
  const types = values.map((bound) => (Array.isArray(bound) ? LIST(VARCHAR) : undefined));
  return {
    text,
    values: values.map(toDuckdb),
    types: types.some((type) => type !== undefined) ? (types as DuckDBType[]) : undefined,
  };
}

function toDuckdb(bound: SqlValue): DuckDBValue {
  if (Array.isArray(bound)) return listValue([...bound]);
  return bound as DuckDBValue;
}

/** DuckDB's own text form is exact for decimals and times; integers keep 64 bits and more as `bigint`. */
function toEngineValue(raw: DuckDBValue): EngineValue {
  switch (typeof raw) {
    case 'bigint':
    case 'boolean':
    case 'number':
    case 'string':
      return raw;
    default:
      if (raw === null) return null;
      if (raw instanceof DuckDBListValue) return raw.items.map(toEngineValue);
      return String(raw);
  }
}

async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const message = messageOf(error);
    const kind = /^([A-Z][\w ]*?) Error:/.exec(message)?.[1] ?? 'Engine';
    throw new EngineError(kind, message, { cause: error });
  }
}
