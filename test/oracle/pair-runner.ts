/** Writes pairs of tables as Parquet files and asks both, the product by its public path and the oracle. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { analyzePair } from '../../src/analyze/analyze-pair.ts';
import type { AnalysisRequest } from '../../src/analyze/request.ts';
import { mapSidesInOrder, type Sided } from '../../src/core/side.ts';
import { PLAIN_SPEC, type Spec } from '../../src/core/spec.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import type { Engine } from '../../src/engine/engine.ts';
import type { PairReport } from '../../src/report/pair-report.ts';
import { ident, sql } from '../../src/sql/sql.ts';
import { requestFor } from '../bench/request.ts';
import { quoted } from './column-type.ts';
import type { Layout, RandomPair, WrittenTable } from './random-tables.ts';
import { selectOf } from './table-sql.ts';
import { readTyped, type TypedTable } from './typed-table.ts';

/** Two folders of Parquet files. */
export interface PairFiles {
  readonly folders: Sided<string>;
  readonly files: Sided<readonly string[]>;
}

/** With it a dozen rows a side are kept in several parts; the engine itself has no limit. */
const MEMORY_OF_A_PART = 6_000n;
/** With it not even the hashes of two rows are held. */
const MEMORY_OF_NOTHING = 1n;

export class PairRunner {
  readonly #root: string;
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #engines = new Map<number, Engine>();
  #written = 0;
  #cleared = 0;

  private constructor(root: string, instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#root = root;
    this.#instance = instance;
    this.#connection = connection;
  }

  static async open(): Promise<PairRunner> {
    const root = await mkdtemp(join(tmpdir(), 'shadowcheck-oracle-'));
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
    const connection = await instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
    await mkdir(join(root, 'spill'), { mode: 0o700 });
    return new PairRunner(root, instance, connection);
  }

  async close(): Promise<void> {
    for (const engine of this.#engines.values()) await engine.close();
    this.#connection.closeSync();
    this.#instance.closeSync();
    await rm(this.#root, { recursive: true, force: true });
  }

  /** Removes the files of all pairs written so far. */
  async clear(): Promise<void> {
    for (; this.#written > this.#cleared; this.#cleared += 1)
      await rm(this.#folderOf(this.#cleared + 1), { recursive: true, force: true });
  }

  #folderOf(pair: number): string {
    return join(this.#root, `pair-${pair}`);
  }

  async write(pair: Sided<WrittenTable>, layouts: Sided<Layout>): Promise<PairFiles> {
    this.#written += 1;
    const folder = this.#folderOf(this.#written);
    const folders = { production: join(folder, 'production'), shadow: join(folder, 'shadow') };
    return {
      folders,
      files: {
        production: await this.#writeSide(pair.production, folders.production, layouts.production),
        shadow: await this.#writeSide(pair.shadow, folders.shadow, layouts.shadow),
      },
    };
  }

  async #writeSide(table: WrittenTable, folder: string, { options, copies }: Layout): Promise<readonly string[]> {
    await mkdir(folder, { recursive: true });
    const starts = [0, ...table.cuts];
    const paths: string[] = [];
    for (const [i, start] of starts.entries()) {
      const path = join(folder, `part-${i}.parquet`);
      const select = selectOf(table, table.rows.slice(start, starts[i + 1]), copies);
      await this.#connection.run(`COPY (${select}) TO ${quoted(path)} (FORMAT parquet${options})`);
      paths.push(path);
    }
    return paths;
  }

  async ask(files: PairFiles, pair: Pick<RandomPair, 'spec' | 'large' | 'cramped'>, threads = 1): Promise<PairReport> {
    const spec: Spec = { ...PLAIN_SPEC, ...pair.spec };
    const isCramped = pair.cramped && spec.key.length === 0;
    const request = {
      ...requestFor(files.folders, spec, join(this.#root, 'spill')),
      threads,
      ...(pair.large ? { kept_rows_max: 0n, memory_bytes: isCramped ? MEMORY_OF_NOTHING : MEMORY_OF_A_PART } : {}),
    } as AnalysisRequest;
    return analyzePair(request, { openEngine: () => this.#session(threads), now_ms: () => performance.now() });
  }

  /** Both sides as the oracle wants them: the rows and columns that the spec has compared. */
  async read({ files }: PairFiles, spec: Spec): Promise<Sided<TypedTable>> {
    const shadowName = (name: string) => spec.renamed.find(({ production }) => production === name)?.shadow ?? name;
    return mapSidesInOrder(files, (paths, side) =>
      readTyped(this.#connection, paths, {
        where: spec.where[side],
        expressions: spec.expressions.flatMap((expression) => {
          const sql = expression[side];
          if (sql === null) return [];
          return [{ name: side === 'production' ? expression.column : shadowName(expression.column), sql }];
        }),
      }),
    );
  }

  /** One engine for many pairs: to open one costs more than to compare a small pair. What a pair left in it goes. */
  async #session(threads: number): Promise<Engine> {
    const known = this.#engines.get(threads);
    const engine = known ?? (await openDuckdb({ files: [], spill: this.#root, threads, memory_bytes: null }));
    this.#engines.set(threads, engine);
    return {
      version: engine.version,
      run: (statement) => engine.run(statement),
      stream: (statement) => engine.stream(statement),
      describe: (statement) => engine.describe(statement),
      cancel: () => engine.cancel(),
      close: () => dropTemporary(engine),
    };
  }
}

async function dropTemporary(engine: Engine): Promise<void> {
  const { rows } = await engine.run(
    sql`SELECT view_name, true FROM duckdb_views() WHERE temporary AND NOT internal
      UNION ALL SELECT table_name, false FROM duckdb_tables() WHERE temporary AND NOT internal`,
  );
  for (const [name, isView] of rows)
    await engine.run(isView ? sql`DROP VIEW ${ident(String(name))}` : sql`DROP TABLE ${ident(String(name))}`);
}
