/** A folder of its own for a test's files, and sides opened and read as the flow does it. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { FileFormat, Landing } from '../../src/core/landing.ts';
import { Inconclusive } from '../../src/core/outcome.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import type { Engine, EngineValue } from '../../src/engine/engine.ts';
import { type PinnedLanding, pinLanding } from '../../src/partition/pin.ts';
import { openSide, readablePaths, type SideTable } from '../../src/partition/side-table.ts';
import { join as joinSql, type Sql, sql, value } from '../../src/sql/sql.ts';

export interface Place {
  readonly root: string;
  readonly path: (...parts: readonly string[]) => string;
  readonly write: (path: string, content: string | Uint8Array) => Promise<string>;
  /** Writes the rows of a query as Parquet. */
  readonly parquet: (path: string, rows: Sql) => Promise<string>;
  readonly end: () => Promise<void>;
}

export async function openPlace(): Promise<Place> {
  const root = await mkdtemp(join(tmpdir(), 'partition-'));
  const engine = await openDuckdb({ files: [], spill: root, threads: 1, memory_bytes: null });
  const at = async (path: string): Promise<string> => {
    const absolute = join(root, path);
    await mkdir(dirname(absolute), { recursive: true });
    return absolute;
  };
  return {
    root,
    path: (...parts) => join(root, ...parts),
    write: async (path, content) => {
      const absolute = await at(path);
      await writeFile(absolute, content);
      return absolute;
    },
    parquet: async (path, rows) => {
      const absolute = await at(path);
      await engine.run(sql`COPY (${rows}) TO ${value(absolute)} (FORMAT parquet)`);
      return absolute;
    },
    end: async () => {
      await engine.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

export function landingAt(location: string, format: FileFormat | null = null, marker: string | null = null): Landing {
  return { side: 'shadow', location, system: null, build: null, landed: { marker }, format };
}

export interface ReadSide {
  readonly names: readonly string[];
  readonly types: readonly string[];
  /** Each row as its cells, by column. */
  readonly rows: readonly (readonly EngineValue[])[];
  /** Where each row stands: file number, row number. */
  readonly places: readonly (readonly [number, number])[];
  readonly table: SideTable;
}

/** Pins, opens and reads a location, in the order of its files and rows. */
export async function readSide(
  location: string,
  format: FileFormat | null = null,
  marker: string | null = null,
): Promise<ReadSide> {
  return inSide(await pinLanding(landingAt(location, format, marker)), readAll);
}

export async function inSide<T>(
  pinned: PinnedLanding,
  work: (engine: Engine, table: SideTable) => Promise<T>,
  spillName = 'spill',
): Promise<T> {
  const spillRoot = await mkdtemp(join(tmpdir(), 'partition-spill-'));
  const spill = join(spillRoot, spillName);
  await mkdir(spill);
  const engine = await openDuckdb({ files: readablePaths(pinned, spill), spill, threads: 2, memory_bytes: null });
  try {
    return await work(engine, await openSide(engine, pinned, spill));
  } finally {
    await engine.close();
    await rm(spillRoot, { recursive: true, force: true });
  }
}

export async function readAll(engine: Engine, table: SideTable): Promise<ReadSide> {
  const columns = joinSql([table.file, table.row, ...table.columns.map(({ expression }) => expression)]);
  const { rows } = await engine.run(sql`SELECT ${columns} FROM ${table.from} ORDER BY ${table.file}, ${table.row}`);
  return {
    names: table.columns.map(({ name }) => name),
    types: table.columns.map(({ type }) => type),
    rows: rows.map((row) => row.slice(2)),
    places: rows.map((row) => [Number(row[0]), Number(row[1])] as const),
    table,
  };
}

/** What the work throws, which has to be `Inconclusive`. */
export async function inconclusiveOf(work: Promise<unknown>): Promise<Inconclusive> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Inconclusive)) throw new Error(`expected Inconclusive, got ${String(error)}`);
  return error;
}
