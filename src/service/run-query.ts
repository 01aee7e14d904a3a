/** Runs a user's statement over the logs and a copy of the catalog, in a process of its own that is thrown away. */
import { join, resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { OperatingError } from '../core/operating-error.ts';
import { catalogExists, openCatalog } from '../store/catalog.ts';
import { exportTables } from '../store/catalog-copy.ts';
import { nodeFiles } from '../store/files.ts';
import { type FoundFiles, findLogFiles, findSegments } from '../store/find-segments.ts';
import type { LogSegment } from '../store/log-segments.ts';
import { inTemporaryFolder } from '../store/temporary-folder.ts';
import { createPool } from './pool.ts';
import { debugLog, mentions, type QueryTable, signalLog } from './query-tables.ts';
import type { QueryAnswer, QueryItem } from './query-worker.ts';
import { workerUrl } from './worker-url.ts';

const NOTHING_KNOWN = { jsonlWatermark: () => null, isSegmentKnown: () => false };
const MEMORY_BYTES = 1_000_000_000;

export interface QueryLimits {
  readonly row_limit: number;
  readonly timeout_ms: number;
}

/**
 * The tables are `mismatch_log` (of every mismatch log of the config, and our own), `signal_log`, `debug_log` and the
 * catalog's, whether they hold rows or not. Only what the statement names is read. Throws `OperatingError`
 * `statement_refused` and `statement_failed` with exit code 2, `Inconclusive` where the statement overran its time or
 * memory.
 */
export function runQuery(config: Config, statement: string, limits: QueryLimits): Promise<QueryAnswer> {
  return inTemporaryFolder('shadowcheck-query-', async (folder) => {
    const isAsked = (table: string): boolean => mentions(statement, table);
    const mismatches = isAsked('mismatch_log') ? await mismatchSegments(config) : { segments: [], troubles: [] };
    const signals = await ownFiles(config, 'signal', isAsked('signal_log'));
    const debug = await ownFiles(config, 'debug', isAsked('debug_log'));
    const item: QueryItem = {
      statement,
      row_limit: limits.row_limit,
      memory_bytes: BigInt(MEMORY_BYTES),
      threads: 2,
      spill: folder,
      segments: mismatches.segments,
      tables: [signalLog(signals.paths), debugLog(debug.paths), ...(await catalogTables(config, folder, isAsked))],
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
      const told = [...signals.troubles, ...debug.troubles].map(({ message }) => message);
      return { ...answer, troubles: [...mismatches.troubles, ...told, ...answer.troubles] };
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

/** The Parquet files of one of our own logs that count; none where it is not asked of, or nothing was logged yet. */
async function ownFiles({ store }: Config, log: 'signal' | 'debug', isAsked: boolean): Promise<FoundFiles> {
  const nothing = { paths: [], troubles: [] };
  if (!isAsked) return nothing;
  try {
    const { paths, troubles } = await findLogFiles(join(store, 'logs', log), log);
    return { paths: paths.filter((path) => path.endsWith('.parquet')), troubles };
  } catch (error) {
    if (error instanceof OperatingError && error.code === `${log}_log_missing`) return nothing;
    throw error;
  }
}

/** Without a catalog its tables are those of a new one, without rows. */
async function catalogTables(
  config: Config,
  folder: string,
  isAsked: (table: string) => boolean,
): Promise<readonly QueryTable[]> {
  const path = join(config.store, 'catalog.db');
  const catalog = catalogExists(path) ? openCatalog(path, { read_only: true }) : openCatalog(':memory:');
  try {
    const shapes = catalog.tableShapes();
    const asked = new Set(shapes.map(({ name }) => name).filter(isAsked));
    const exported = await exportTables(asked.size === 0 ? [] : catalog.tables(asked), folder, nodeFiles);
    const files = new Map(exported.map(({ name, path: file }) => [name, [file]]));
    return shapes.map(({ name, columns }) => ({ kind: 'jsonl', name, columns, files: files.get(name) ?? [] }));
  } finally {
    catalog.close();
  }
}
