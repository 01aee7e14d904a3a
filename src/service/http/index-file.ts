/** The page over all runs, as up to date as it is asked for: no analysis need ever have written it. */
import { join } from 'node:path';
import { openCatalog } from '../../store/catalog.ts';
import { isIndexOld, refreshIndex, tellNotWritten } from '../refresh-index.ts';
import type { HttpParts } from './app.ts';

/** Never throws: where it cannot be written anew, the one that stands is served. */
export async function refreshForReader({ config, now, log }: Pick<HttpParts, 'config' | 'now' | 'log'>): Promise<void> {
  const current = config();
  if (!(await isIndexOld(current, now()))) return;
  try {
    // Opened anew each time, as for the other answers: `rebuild` puts another file in its place.
    const catalog = openCatalog(join(current.store, 'catalog.db'));
    try {
      await refreshIndex(current, catalog, { now, log });
    } finally {
      catalog.close();
    }
  } catch (error) {
    tellNotWritten(error, log);
  }
}
