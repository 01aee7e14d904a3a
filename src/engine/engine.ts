import type { Column } from '../core/column.ts';
import type { Sql } from '../sql/sql.ts';

/**
 * A value as it leaves the engine. BIGINT and wider integers are `bigint`, so that none is rounded; decimals, times,
 * uuids, blobs and everything else without an exact JavaScript form are text. A list is an array.
 */
export type EngineValue = null | boolean | number | bigint | string | readonly EngineValue[];

export interface ResultTable {
  readonly columns: readonly Column[];
  /** Rows as arrays: a column may be called `__proto__`, and two may share a name. */
  readonly rows: readonly (readonly EngineValue[])[];
}

/** Runs SQL. One engine is one session: temporary tables live until it is closed. */
export interface Engine {
  /** Runs one statement to its end. */
  run(statement: Sql): Promise<ResultTable>;
  /** Runs one statement and hands its rows over in chunks, for results that need not fit in memory. */
  stream(statement: Sql): AsyncIterable<ResultTable>;
  /** Names and types of the columns that a query would give, without running it. */
  describe(query: Sql): Promise<readonly Column[]>;
  /** Asks the running statement to stop; it may take seconds. A deadline is a parent's SIGKILL, not this. */
  cancel(): void;
  close(): Promise<void>;
  /** What the engine is, for reports: `DuckDB 1.5.6`. */
  readonly version: string;
}

/** What an engine may touch and use. */
export interface EngineLimits {
  /** Files that may be read, absolute. Nothing else of the file system is reachable. */
  readonly files: readonly string[];
  /** Absolute folder for spill and for converted files, writable; null: no spill, no writing at all. */
  readonly spill: string | null;
  readonly threads: number;
  /** Bytes; the engine's own accounting, which big values may overrun. The parent's ceiling on resident memory is the hard one. */
  readonly memory_bytes: bigint | null;
}

export type OpenEngine = (limits: EngineLimits) => Promise<Engine>;

/** The engine refused or failed a statement. `kind` is the engine's own class of error. */
export class EngineError extends Error {
  readonly kind: string;
  constructor(kind: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EngineError';
    this.kind = kind;
  }
}
