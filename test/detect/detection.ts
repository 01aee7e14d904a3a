/** A warehouse, a config and the detection over it in this process, at any time: what `compare` does, without its children. */
import { mkdir, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/config/load.ts';
import { compareBatch } from '../../src/detect/compare-pair.ts';
import { type Detected, detectLanded, nothingDetected } from '../../src/detect/detect-landed.ts';
import { readTellings } from '../../src/detect/told-landings.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import { sql, value } from '../../src/sql/sql.ts';
import { type Catalog, openCatalog } from '../../src/store/catalog.ts';
import type { LoggedComparison } from '../../src/store/comparison-record.ts';
import { nodeFiles } from '../../src/store/files.ts';
import { writeOwnSegments } from '../../src/store/own-log.ts';

export const HOUR = 3_600_000;
export const DAY = Date.UTC(2026, 10, 20);
/** The partition of the 19th ends with DAY; due two hours later, told one more hour later. */
export const PARTITION = 'ds=2026-11-19';
export const DEADLINE = DAY + 3 * HOUR;

/** Folders below which the table stands. */
export type Side = 'production' | 'shadow' | 'candidate';

export interface LookEffects {
  readonly beforeCompare?: () => Promise<void>;
  /** In place of the time of the look, where the clock moves meanwhile. */
  readonly now?: () => Date;
  /** Stands before the catalog, such as one that ends a run. */
  readonly through?: (catalog: Catalog) => Catalog;
}

export interface Detection {
  readonly folder: string;
  readonly catalog: Catalog;
  /** Writes a partition of so many rows, with a marker of this content; the file is as old as `at_ms`. */
  land(side: Side, partition: string, rows: number, at_ms: number, marker?: string | null): Promise<string>;
  look(at_ms: number, effects?: LookEffects): Promise<Detected>;
  comparisons(partition: string, pairing?: string): readonly LoggedComparison[];
  end(): Promise<void>;
}

/** A job `orders` with the key `id` by `ds`; `job` and `more` are lines of the config. */
export async function openDetection(
  config: { readonly landed?: string; readonly job?: string; readonly more?: string } = {},
): Promise<Detection> {
  const folder = await mkdtemp(join(tmpdir(), 'shadowcheck-detect-'));
  const path = join(folder, 'shadowcheck.yaml');
  await writeFile(
    path,
    `
version: 1
store: ./store
sources: { warehouse: { kind: folder, root: ./warehouse, landed: ${config.landed ?? '{ marker: _SUCCESS }'} } }
defaults: { due: 2h, grace: 1h }
${config.more ?? ''}
ingestion_jobs:
  orders:
    production: { source: warehouse, table: production/orders }
    shadow: { source: warehouse, table: shadow/orders }
    partition: [ds]
    key: [id]
${config.job ?? ''}
`,
  );
  for (const side of ['production', 'shadow', 'candidate'])
    await mkdir(join(folder, 'warehouse', side, 'orders'), { recursive: true });
  await mkdir(join(folder, 'store'));
  const catalog = openCatalog(join(folder, 'store', 'catalog.db'));
  const engine = await openDuckdb({ files: [], spill: folder, threads: 1, memory_bytes: null });
  let writes = 0;
  return {
    folder,
    catalog,
    async land(side, partition, rows, at_ms, marker = '') {
      const place = join(folder, 'warehouse', side, 'orders', partition);
      await mkdir(place, { recursive: true });
      writes += 1;
      const hidden = join(place, `.part-${writes}`);
      await engine.run(
        sql`COPY (SELECT i AS id, 'v' || i AS name FROM range(${value(rows)}) t(i)) TO ${value(hidden)} (FORMAT parquet)`,
      );
      await utimes(hidden, at_ms / 1000, at_ms / 1000);
      await rename(hidden, join(place, 'part-0.parquet'));
      if (marker !== null) await writeFile(join(place, '_SUCCESS'), marker);
      return place;
    },
    async look(at_ms, { beforeCompare, now = () => new Date(at_ms), through = (same: Catalog) => same } = {}) {
      const used = through(catalog);
      const loaded = await loadConfig(path);
      const detected = nothingDetected();
      const lease = catalog.takeLease('compare-landed-partitions/0', 'here 1', at_ms, 60_000);
      if (lease === null) throw new Error('the lease is held');
      detected.troubles.push(...(await readTellings(loaded, used, openDuckdb, now)));
      await detectLanded(
        { jobs: [...loaded.jobs.values()], lease },
        { config: loaded, catalog: used, spill: join(folder, 'spill'), threads: 1 },
        {
          now,
          signal: new AbortController().signal,
          runBatch: async (batch) => {
            await beforeCompare?.();
            return compareBatch(batch, { openEngine: openDuckdb, now_ms: () => performance.now() });
          },
          onRecorded: async () => {},
          onCompared: () => {},
        },
        detected,
      );
      await writeOwnSegments(used, join(folder, 'store'), nodeFiles, now);
      catalog.releaseLease(lease);
      return detected;
    },
    comparisons: (partition, pairing = 'migration') =>
      catalog.comparisonsOf('orders', pairing, partition, 100).toReversed(),
    async end() {
      catalog.close();
      await engine.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What a comparison came to, by what, and the numbers of the landings that met. */
export function outcomeOf({ outcome, kinds, inconclusive_reason, landings }: LoggedComparison): readonly unknown[] {
  return [
    outcome,
    inconclusive_reason ?? kinds.join(' '),
    landings.production?.sequence ?? null,
    landings.shadow?.sequence ?? null,
  ];
}
