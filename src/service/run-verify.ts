/** Verifying as a run: the evidence read, the pairs compared in child processes. */

import { join } from 'node:path';
import { removeSpillFolder } from '../analyze/spill-folder.ts';
import type { Config } from '../config/config.ts';
import { nothingStored, readEvidence } from '../detect/stored-evidence.ts';
import { type Verified, verifyStore } from '../detect/verify.ts';
import { openDuckdb } from '../engine/duckdb.ts';
import { catalogExists, openCatalog } from '../store/catalog.ts';
import { nodeFiles } from '../store/files.ts';
import { createComparePool } from './compare-pool.ts';
import { spillFolder } from './spill.ts';

export interface VerifyRunEffects {
  readonly now: () => Date;
  readonly onJob: (done: number, total: number) => void;
}

/** Throws `OperatingError` `store_empty` where nothing was ever compared, `catalog_corrupt` where the catalog is damaged. */
export async function runVerify(config: Config, anew: boolean, effects: VerifyRunEffects): Promise<Verified> {
  const path = join(config.store, 'catalog.db');
  if (!catalogExists(path)) throw nothingStored(config.store);
  const spill = spillFolder(config.store, process.pid, 'verify');
  const catalog = openCatalog(path, { read_only: true });
  const pool = createComparePool({
    size: config.limits.workers,
    timeout_ms: config.limits.item_timeout_ms,
    memory_bytes: config.limits.item_memory_bytes,
  });
  try {
    catalog.checkWhole();
    const { troubles, ...read } = await readEvidence(config.store, nodeFiles, openDuckdb);
    const setting = { config, catalog, spill, anew };
    const analysed = catalog.analysedEvents(read.entries.map(({ comparison_id }) => comparison_id));
    const verified = await verifyStore({ ...read, analysed }, setting, {
      ...effects,
      runBatch: (batch) => pool.run(batch),
    });
    return { ...verified, troubles: [...troubles, ...verified.troubles] };
  } finally {
    await pool.close();
    catalog.close();
    await removeSpillFolder(spill);
  }
}
