/** Puts the segments of our logs together, a file for each day that is over: a segment a minute makes a thousand files a day. */
import { join } from 'node:path';
import { removeSpillFolder } from '../src/analyze/spill-folder.ts';
import type { Config } from '../src/config/config.ts';
import { openDuckdb } from '../src/engine/duckdb.ts';
import type { JobEffects, ScheduledJob } from '../src/service/scheduled-job.ts';
import { spillFolder } from '../src/service/spill.ts';
import { openCatalog } from '../src/store/catalog.ts';
import { nodeFiles } from '../src/store/files.ts';
import { type CompactedLogs, compactLogs as compact } from '../src/store/own-log-compaction.ts';

export const compactLogs: ScheduledJob<CompactedLogs> = {
  id: 'compact-logs',
  title: 'Puts the log segments of each day that is over together into one file',
  schedule: 'analyze',
  deadline_ms: 3_600_000,
  lease_ms: 60_000, // none is taken: two processes at it do no harm
  run,
  summaryOf: ({ days, segments, removed, troubles }) => ({
    counts: { days, segments, removed },
    troubles,
    failure: null,
  }),
};

async function run(config: Config, effects: JobEffects): Promise<CompactedLogs> {
  const spill = spillFolder(config.store, effects.holder.pid, compactLogs.id);
  const catalog = openCatalog(join(config.store, 'catalog.db'));
  try {
    return await compact(catalog, config.store, { files: nodeFiles, openEngine: openDuckdb, now: effects.now, spill });
  } finally {
    catalog.close();
    await removeSpillFolder(spill);
  }
}
