/** What a live store holds, in forms that are the same between two runs: without measured times, ids of files, and folders. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import { listFiles } from '../../src/partition/files.ts';
import type { PairReport } from '../../src/report/pair-report.ts';
import { slotReportSchema } from '../../src/report/slot-report.ts';
import { sql, value } from '../../src/sql/sql.ts';
import { openCatalog } from '../../src/store/catalog.ts';

export type LogRow = Readonly<Record<string, unknown>>;

/** Every row of a log, each as an object, in no order; empty where nothing was logged. */
export async function logRows(store: string, log: 'mismatch' | 'signal' | 'debug'): Promise<readonly LogRow[]> {
  const files = await listFiles(join(store, 'logs', log)).catch(() => []);
  if (files.length === 0) return [];
  const engine = await openDuckdb({ files, spill: null, threads: 1, memory_bytes: null });
  try {
    const { rows } = await engine.run(
      sql`SELECT to_json(logged)::VARCHAR FROM read_parquet(${value(files)}, union_by_name = true) AS logged`,
    );
    return rows.map(([text]) => JSON.parse(String(text)) as LogRow);
  } finally {
    await engine.close();
  }
}

export interface LiveIssue {
  readonly cause: string;
  readonly state: string;
  /** Where it was seen so far, each once. */
  readonly partitions: readonly string[];
}

export function issuesOf(store: string): readonly LiveIssue[] {
  const catalog = openCatalog(join(store, 'catalog.db'), { read_only: true });
  try {
    return catalog.issues().map(({ id, cause, state }) => {
      const seen = catalog.occurrencesOf(id, 1000).map(({ job, partition_key }) => `${job}/${partition_key}`);
      return { cause, state, partitions: [...new Set(seen)].sort() };
    });
  } finally {
    catalog.close();
  }
}

/** The pairs of all published reports. */
export async function reportedPairs(store: string): Promise<readonly PairReport[]> {
  const reports = join(store, 'reports');
  const slots = (await readdir(reports, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const pairs: PairReport[] = [];
  for (const { name } of slots) {
    const text = await readFile(join(reports, name, 'report.json'), 'utf8');
    pairs.push(...slotReportSchema.parse(JSON.parse(text)).pairs);
  }
  return pairs;
}

/** `new ts_trunc: events/ds=2026-11-19, …`, so that two lists can be compared whatever their order. */
export function printedIssues(
  issues: readonly { readonly cause: string; readonly state: string; readonly partitions: readonly string[] }[],
): readonly string[] {
  return issues.map(({ cause, state, partitions }) => `${state} ${cause}: ${[...partitions].sort().join(', ')}`).sort();
}
