/** SQLite behind the catalog: the one door to `node:sqlite`. */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { z } from 'zod';
import { OperatingError } from '../core/operating-error.ts';
import { EXIT_CODES } from '../core/outcome.ts';
import { compile, type Sql, type SqlValue } from '../sql/sql.ts';
import { catalogCorrupt, catalogTrouble, sqliteResultOf } from './store-trouble.ts';

const BUSY_TIMEOUT_MS = 10_000;
const SQLITE_BUSY = 5;

/** 16 MB of cache, and 32 MB of log before pages go back into the file: a million landings are written in half the time. */
const CACHE = 'PRAGMA cache_size = -16384';
const CHECKPOINT = 'PRAGMA wal_autocheckpoint = 8000';

export interface DatabaseOptions {
  /** Nothing is written, and a database that is not there is not made. */
  readonly read_only?: boolean;
}

/**
 * Opens or creates a database in WAL mode, every commit fsynced, waiting up to 10 s for other writers. Its folder must
 * exist. Throws `OperatingError` where the file is damaged, locked, not writable, or its file system has no WAL.
 */
export function openDatabase(path: string, { read_only = false }: DatabaseOptions = {}): Database {
  return translated(path, () => {
    const sqlite = new DatabaseSync(path, {
      timeout: BUSY_TIMEOUT_MS,
      enableForeignKeyConstraints: true,
      readOnly: read_only,
    });
    try {
      sqlite.exec(CACHE);
      if (!read_only) {
        enterWal(sqlite, path);
        sqlite.exec('PRAGMA synchronous = FULL');
        sqlite.exec(CHECKPOINT);
      }
    } catch (error) {
      sqlite.close();
      throw error;
    }
    return new Database(path, sqlite);
  });
}

/** The change to WAL does not wait for the busy timeout as everything else does: two processes on a new file would fail. */
function enterWal(sqlite: DatabaseSync, path: string): void {
  const pause_ms = 20;
  for (let waited_ms = 0; ; waited_ms += pause_ms) {
    try {
      const mode = sqlite.prepare('PRAGMA journal_mode = WAL').get()?.journal_mode;
      if (mode === 'wal' || path === ':memory:') return;
      throw withoutWal(path);
    } catch (error) {
      if (sqliteResultOf(error) !== SQLITE_BUSY || waited_ms >= BUSY_TIMEOUT_MS) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause_ms);
    }
  }
}

function withoutWal(path: string): OperatingError {
  return new OperatingError(EXIT_CODES.infrastructure, {
    code: 'store_unsuitable',
    subject: path,
    message: 'the file system cannot hold a store: SQLite has no write-ahead log there',
    hint: 'the store must be on a local file system, such as ext4, xfs or APFS',
  });
}

/** Rows come out checked against a schema: a catalog is a file, and files are edited. */
export class Database {
  readonly path: string;
  readonly #sqlite: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(path: string, sqlite: DatabaseSync) {
    this.path = path;
    this.#sqlite = sqlite;
  }

  all<T>(row: z.ZodType<T>, statement: Sql): T[] {
    const { prepared, values } = this.#prepare(statement);
    const rows = translated(this.path, () => prepared.all(...values));
    const parsed = z.array(row).safeParse(rows);
    if (!parsed.success) throw catalogCorrupt(this.path, z.prettifyError(parsed.error));
    return parsed.data;
  }

  one<T>(row: z.ZodType<T>, statement: Sql): T | null {
    return this.all(row, statement)[0] ?? null;
  }

  /** Runs a statement for its effect; returns how many rows it changed. */
  run(statement: Sql): number {
    const { prepared, values } = this.#prepare(statement);
    return Number(translated(this.path, () => prepared.run(...values)).changes);
  }

  /**
   * Runs a statement for each row, prepared once, in which `placeholders` stand for the values: for thousands of rows, a
   * third of the time of one statement that reads them out of JSON. Returns how many rows it changed.
   */
  runEach<Row>(
    statement: Sql,
    rows: Iterable<Row>,
    valueFor: (row: Row, name: string) => SqlValue | undefined = propertyOf,
  ): number {
    const { text, values } = compile(statement, (position) => `?${position}`);
    const names = values.map(String);
    const prepared = this.#prepareText(text);
    return translated(this.path, () => {
      let changes = 0;
      const bound: (string | number | bigint | null)[] = [];
      for (const row of rows) {
        // Indexed, and into one array: an iterator and a fresh array for each of a million rows cost a tenth of the whole.
        for (let i = 0; i < names.length; i++) {
          const name = names[i] as string;
          const value = valueFor(row, name);
          if (value === undefined) throw new TypeError(`$${name}: a row has no value`);
          bound[i] = toSqlite(value);
        }
        changes += Number(prepared.run(...bound).changes);
      }
      return changes;
    });
  }

  /** Runs a script of our own: a migration. */
  script(text: string): void {
    translated(this.path, () => this.#sqlite.exec(text));
  }

  /** All or nothing, and alone: the write lock is taken first, so that what is read inside stays true until the end. */
  transaction<T>(work: () => T): T {
    return this.#between('BEGIN IMMEDIATE', work);
  }

  /** Every read inside sees the same moment; writers are not held up. */
  snapshot<T>(work: () => T): T {
    return this.#between('BEGIN', work);
  }

  close(): void {
    this.#statements.clear();
    this.#sqlite.close();
  }

  #between<T>(begin: string, work: () => T): T {
    this.script(begin);
    try {
      const outcome = work();
      this.script('COMMIT');
      return outcome;
    } catch (error) {
      // A full disk makes SQLite roll back by itself.
      if (this.#sqlite.isTransaction) this.script('ROLLBACK');
      throw error;
    }
  }

  #prepare(statement: Sql): { prepared: StatementSync; values: (string | number | bigint | null)[] } {
    const { text, values } = compile(statement, (position) => `?${position}`);
    return { prepared: this.#prepareText(text), values: values.map(toSqlite) };
  }

  #prepareText(text: string): StatementSync {
    let prepared = this.#statements.get(text);
    if (prepared === undefined) {
      prepared = translated(this.path, () => this.#sqlite.prepare(text));
      this.#statements.set(text, prepared);
    }
    return prepared;
  }
}

function propertyOf(row: unknown, name: string): SqlValue | undefined {
  return (row as Readonly<Record<string, SqlValue>>)[name];
}

/** For a statement of `runEach`: under each name stands the name, for which each row has a value. */
export function placeholders(names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, name]));
}

/**
 * A list travels as JSON text, for `json_each`; half a surrogate pair must end there as what it becomes where a text is
 * bound by itself.
 */
function toSqlite(bound: SqlValue): string | number | bigint | null {
  if (typeof bound === 'boolean') return bound ? 1 : 0;
  if (bound === null || typeof bound !== 'object') return bound;
  return JSON.stringify(bound.map((item) => item.toWellFormed()));
}

function translated<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw catalogTrouble(error, path) ?? error;
  }
}
