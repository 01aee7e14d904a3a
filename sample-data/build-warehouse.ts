/** Writes tables as files. DuckDB writes Parquet the same way each time if it has one thread and fixed options. */
import { mkdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Layout } from './build-jobs.ts';
import type { PlannedPair } from './build-plan.ts';
import { seededRandom } from './build-random.ts';
import type { Table } from './build-table.ts';

const OPTIONS = {
  // No bloom filters: on 300 rows they are a tenth of the file.
  parquet: "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 12, PARQUET_VERSION 'v1', WRITE_BLOOM_FILTER false",
  csv: 'FORMAT csv, HEADER true',
  jsonl: 'FORMAT json',
} as const;

/** A connection with one thread and UTC, so that neither the machine nor its zone shows in a file. */
export async function withDuckdb<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    await connection.run("SET TimeZone = 'UTC'");
    return await work(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Size of what was written per side, by `side/table/partition key`: the log tells it. */
export type SizesInBytes = ReadonlyMap<string, number>;

/** Writes both sides of all pairs below `folder`. */
export async function writeWarehouse(
  connection: DuckDBConnection,
  folder: string,
  pairs: readonly PlannedPair[],
): Promise<SizesInBytes> {
  const sizes = new Map<string, number>();
  for (const pair of pairs) {
    for (const side of ['production', 'shadow'] as const) {
      const place = `${side}/${pair.table}/${pair.partitionKey}`;
      const spoiling = side === 'shadow' ? pair.spoiling : null;
      if (spoiling === 'gone') continue;
      const files = await writeSide(connection, join(folder, place), pair, side);
      if (spoiling === 'truncated') await truncate(files[0]!, Math.floor((await stat(files[0]!)).size * 0.6));
      if (spoiling === 'no_marker') await remainingUnwritten(files);
      else await writeFile(join(folder, place, '_SUCCESS'), '');
      sizes.set(place, await sizeOf(files));
    }
  }
  return sizes;
}

/** Writes one side's files of a pair as its system lays them out; returns their paths. */
export async function writeSide(
  connection: DuckDBConnection,
  folder: string,
  pair: PlannedPair,
  side: 'production' | 'shadow',
): Promise<string[]> {
  const place = `${side}/${pair.table}/${pair.partitionKey}`;
  const layout = pair.table === pair.job.name ? pair.job[side] : { format: 'parquet' as const, files: 1 };
  // The next system writes in another order, as every parallel writer does.
  const table = side === 'shadow' ? shuffled(pair.shadow, place) : pair.production;
  return writePartition(connection, folder, table, layout);
}

async function writePartition(
  connection: DuckDBConnection,
  folder: string,
  table: Table,
  layout: Layout,
): Promise<string[]> {
  const rowsPerFile = Math.ceil(table.rows.length / layout.files);
  const files: string[] = [];
  for (let number = 0; number < layout.files; number++) {
    const rows = table.rows.slice(number * rowsPerFile, (number + 1) * rowsPerFile);
    const file = join(folder, `part-${String(number).padStart(5, '0')}.${layout.format}`);
    await writeTable(connection, file, { ...table, rows }, layout.format);
    files.push(file);
  }
  return files;
}

/** Writes one file: cells go in as text and are cast to the type of their column by the engine. */
export async function writeTable(
  connection: DuckDBConnection,
  file: string,
  table: Table,
  format: keyof typeof OPTIONS,
): Promise<void> {
  const names = table.columns.map(({ name }) => `"${name}"`);
  await connection.run(`CREATE OR REPLACE TEMP TABLE cells (${names.map((name) => `${name} VARCHAR`).join(', ')})`);
  const appender = await connection.createAppender('cells');
  for (const row of table.rows) {
    for (const cell of row) {
      if (cell === null) appender.appendNull();
      else appender.appendVarchar(cell);
    }
    appender.endRow();
  }
  appender.closeSync();
  const casts = table.columns.map(({ name, type }) => {
    // Lists stand as JSON in their cells: DuckDB's own text of a list leaves out quotes.
    const cell = type.endsWith('[]') ? `CAST("${name}" AS JSON)` : `"${name}"`;
    return `CAST(${cell} AS ${type}) AS "${name}"`;
  });
  await mkdir(dirname(file), { recursive: true });
  const target = `'${file.replaceAll("'", "''")}'`;
  await connection.run(`COPY (SELECT ${casts.join(', ')} FROM cells) TO ${target} (${OPTIONS[format]})`);
}

function shuffled(table: Table, seed: string): Table {
  return { ...table, rows: seededRandom(seed).shuffled(table.rows) };
}

/** A writer that died: its last file was never finished, and so has no name yet. */
async function remainingUnwritten(files: string[]): Promise<void> {
  for (const file of files.splice(1)) await rm(file);
}

async function sizeOf(files: readonly string[]): Promise<number> {
  let size = 0;
  for (const file of files) size += (await stat(file)).size;
  return size;
}
