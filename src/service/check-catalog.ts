import { join } from 'node:path';
import { OperatingError } from '../core/operating-error.ts';
import { catalogExists, openCatalog } from '../store/catalog.ts';

/**
 * Whether the store's catalog can be used, without making one and without changing it: an older one is brought forward by
 * the first process that works with it. Throws `OperatingError` as `openCatalog` does.
 */
export function checkCatalog(store: string): void {
  const path = join(store, 'catalog.db');
  if (!catalogExists(path)) return;
  try {
    openCatalog(path, { read_only: true }).close();
  } catch (error) {
    if (error instanceof OperatingError && error.code === 'catalog_too_old') return;
    throw error;
  }
}
