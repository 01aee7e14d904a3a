/** Runs a user's statement over the logs and a copy of the catalog, in a process of its own that is thrown away. */
import { join, resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { OperatingError } from '../core/operating-error.ts';
import { listFiles } from '../partition/files.ts';
import { catalogExists, openCatalog } from '../store/catalog.ts';
import { exportTables } from '../store/catalog-copy.ts';
import { nodeFiles } from '../store/files.ts';
import type { LogSegment } from '../store/log-segments.ts';
import { findSegments } from '../store/mismatch-reader.ts';
import { createPool } from './pool.ts';
import { debugTable, type QueryTable } from './query-tables.ts';
import type { QueryAnswer, QueryItem } from './query-worker.ts';
import { inTemporaryFolder } from './temporary-folder.ts';
import { workerUrl } from './worker-url.ts';

const NOTHING_KNOWN = { jsonlWatermark: () => null, isSegmentKnown: () => false };
const MEMORY_BYTES = 1_000_000_000;

export interface QueryLimits {
  readonly row_limit: number;
  readonly timeout_ms: number;
}

/**
 * The tables are `mismatch_log` (of every mismatch log of the config, and our own), `debug_log` and the catalog's, whether
 * they hold rows or not. Throws `OperatingError` `statement_refused` and `statement_failed` with exit code 2,
 * `Inconclusive` where the statement overran its time or memory.
 */
export function runQuery(config: Config, statement: string, limits: QueryLimits): Promise<QueryAnswer> {
  return inTemporaryFolder('shadowcheck-query-', async (folder) => {
    const logs = await mismatchSegments(config);
    const item: QueryItem = {
      statement,
      row_limit: limits.row_limit,
      memory_bytes: BigInt(MEMORY_BYTES),
      threads: 2,
      spill: folder,
      segments: logs.segments,
      tables: [debugTable(await debugFiles(config)), ...(await catalogTables(config, folder))],
    };
    const pool = createPool<QueryItem, QueryAnswer>({
      worker: workerUrl('query-worker'),
      size: 1,
      timeout_ms: limits.timeout_ms,
      memory_bytes: 2 * MEMORY_BYTES,
      smaller: (item) => ({ ...item, threads: 1, memory_bytes: item.memory_bytes / 2n }),
    });
    try {
      const answer = await pool.run(item);
      return { ...answer, troubles: [...logs.troubles, ...answer.troubles] };
    } finally {
      await pool.close();
    }
  });
}

/** Every log once, from its start, however far the analysis has come. A log that is gone is told, and stops nothing. */
async function mismatchSegments(config: Config): Promise<{ segments: readonly LogSegment[]; troubles: string[] }> {
  const own = join(config.store, 'logs', 'mismatch');
  const segments = new Map<string, LogSegment>();
  const troubles: string[] = [];
  for (const location of new Set([own, ...config.mismatch_logs])) {
    try {
      const found = await findSegments(location, NOTHING_KNOWN);
      for (const segment of found.segments) segments.set(resolve(segment.path), segment);
      troubles.push(...found.troubles.map(({ message }) => message));
    } catch (error) {
      if (!(error instanceof OperatingError)) throw error;
      if (location !== own) troubles.push(error.message);
    }
  }
  return { segments: [...segments.values()], troubles };
}

async function debugFiles(config: Config): Promise<readonly string[]> {
  const files = await listFiles(join(config.store, 'logs', 'debug')).catch(() => []);
  return files.filter((file) => file.endsWith('.parquet'));
}

/** Without a catalog its tables are those of a new one, without rows. */
async function catalogTables(config: Config, folder: string): Promise<readonly QueryTable[]> {
  const path = join(config.store, 'catalog.db');
  const catalog = catalogExists(path) ? openCatalog(path, { read_only: true }) : openCatalog(':memory:');
  try {
    const exported = await exportTables(catalog.tables(), folder, nodeFiles);
    return exported.map(({ name, path: file, columns }) => ({ name, columns, kind: 'jsonl', files: [file] }));
  } finally {
    catalog.close();
  }
}
