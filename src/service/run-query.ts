/** Runs a user's statement over the logs and a copy of the catalog, in a process of its own that is thrown away. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { listFiles } from '../partition/files.ts';
import { catalogExists, openCatalog } from '../store/catalog.ts';
import { exportTables } from '../store/catalog-copy.ts';
import { nodeFiles } from '../store/files.ts';
import { createPool } from './pool.ts';
import type { QueryAnswer, QueryItem } from './query-worker.ts';

const LOGS = ['mismatch', 'debug', 'signal'] as const;
const MEMORY_BYTES = 1_000_000_000;

export interface QueryLimits {
  readonly row_limit: number;
  readonly timeout_ms: number;
}

/** The tables are `mismatch_log`, `debug_log`, `signal_log` and the catalog's own; a log without a segment is no table. */
export async function runQuery(config: Config, statement: string, limits: QueryLimits): Promise<QueryAnswer> {
  const folder = await mkdtemp(join(tmpdir(), 'shadowcheck-query-'));
  const pool = createPool<QueryItem, QueryAnswer>({
    worker: new URL(import.meta.url.endsWith('.ts') ? './query-worker.ts' : './query-worker.js', import.meta.url),
    size: 1,
    timeout_ms: limits.timeout_ms,
    memory_bytes: 2 * MEMORY_BYTES,
    smaller: (item) => ({ ...item, threads: 1, memory_bytes: item.memory_bytes / 2n }),
  });
  try {
    return await pool.run({
      statement,
      row_limit: limits.row_limit,
      memory_bytes: BigInt(MEMORY_BYTES),
      threads: 2,
      spill: folder,
      tables: [...(await logTables(config)), ...(await catalogTables(config, folder))],
    });
  } finally {
    await pool.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function logTables(config: Config): Promise<QueryItem['tables']> {
  const tables: QueryItem['tables'][number][] = [];
  for (const log of LOGS) {
    const folder = join(config.store, 'logs', log);
    const files = await listFiles(folder).catch(() => []);
    tables.push({ name: `${log}_log`, kind: 'parquet', files: files.filter((file) => file.endsWith('.parquet')) });
  }
  return tables;
}

async function catalogTables(config: Config, folder: string): Promise<QueryItem['tables']> {
  const path = join(config.store, 'catalog.db');
  if (!catalogExists(path)) return [];
  const catalog = openCatalog(path);
  try {
    const exported = await exportTables(catalog.tables(), folder, nodeFiles);
    return exported.map(({ name, path: file }) => ({ name, kind: 'jsonl', files: [file] }));
  } finally {
    catalog.close();
  }
}
