/** The page over all runs where no analysis writes it: a silence must show although the analysis stands still. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeIndex } from '../analyze/write-index.ts';
import type { Config } from '../config/config.ts';
import { OperatingError } from '../core/operating-error.ts';
import type { Catalog } from '../store/catalog.ts';
import { nodeFiles } from '../store/files.ts';
import { storeStartedAtMs } from './health-view.ts';
import type { Log } from './log.ts';

export interface RefreshEffects {
  readonly now: () => Date;
  readonly log: Log;
}

const FRESH_MS = 30_000;

/** Whether `reports/index.html` is missing, or older than 30 seconds. */
export async function isIndexOld({ store }: Config, now: Date): Promise<boolean> {
  const found = await stat(join(store, 'reports', 'index.html')).catch(() => null);
  // One whose time lies ahead of the clock would stay as it is until the clock has come there.
  return found === null || Math.abs(now.getTime() - found.mtimeMs) > FRESH_MS;
}

/**
 * Writes `reports/index.html` anew where it is old, as things stand now. Never throws: what was to be done goes on with the
 * page that is there, and the log says why.
 */
export async function refreshIndex(config: Config, catalog: Catalog, effects: RefreshEffects): Promise<void> {
  try {
    if (!(await isIndexOld(config, effects.now()))) return;
    const now_ms = effects.now().getTime();
    const started_at_ms = (await storeStartedAtMs(config.store)) ?? now_ms;
    await writeIndex(config, catalog, { files: nodeFiles, now_ms, started_at_ms, is_analysis: false });
  } catch (error) {
    tellNotWritten(error, effects.log);
  }
}

/** Without what may hold values of the data. */
export function tellNotWritten(error: unknown, log: Log): void {
  const trouble = error instanceof OperatingError ? error.message : error instanceof Error ? error.name : typeof error;
  log.warn({ trouble }, 'the index page could not be written anew');
}
