/** Generated files, kept in a folder of the clone that is not committed: making them takes longer than measuring. */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import { packageRoot } from '../../src/sql/query-file.ts';
import { type Sql, sql, value } from '../../src/sql/sql.ts';

/**
 * Counts up when the rows that the generators make change, so that no file of before is measured. A new version of the
 * engine changes them too, since they are drawn by its hash.
 */
const FORM = 2;

export const CACHE = join(packageRoot(), '.bench', `form-${FORM}`);

/** What stays free on the disk. */
const SPARE_BYTES = 2e9;

/**
 * The path of the file of this name, made from `rows` if it is not there yet. The rows are streamed: 20 M of lineitem took
 * 0.3 GB of memory. Throws where the disk has no room for `size_bytes`, before anything is written.
 */
export async function cachedFile(name: string, rows: () => Sql, size_bytes: number): Promise<string> {
  const path = join(CACHE, `${name}.parquet`);
  if (existsSync(path)) return path;
  await mkdir(CACHE, { recursive: true });
  const { bavail, bsize } = await statfs(CACHE);
  if (bavail * bsize < size_bytes + SPARE_BYTES) {
    throw new Error(
      `${name}.parquet takes some ${gigabytes(size_bytes)}, and the disk has ${gigabytes(bavail * bsize)}`,
    );
  }
  console.error(`writing ${name}.parquet, some ${gigabytes(size_bytes)}`);
  const unfinished = `${path}.${process.pid}.unfinished`;
  const engine = await openDuckdb({ files: [], spill: CACHE, threads: 2, memory_bytes: 2_000_000_000n });
  try {
    await engine.run(sql`COPY (${rows()}) TO ${value(unfinished)} (FORMAT parquet, COMPRESSION zstd)`);
    await rename(unfinished, path);
  } finally {
    await engine.close();
    await rm(unfinished, { force: true });
  }
  return path;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
