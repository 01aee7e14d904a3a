/** A copy of sample-data in a temporary folder, so that a test's store is its own. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../src/sql/query-file.ts';

export async function copySampleData(): Promise<{ readonly folder: string; readonly remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'shadowcheck-sample-'));
  await cp(join(packageRoot(), 'sample-data'), folder, {
    recursive: true,
    filter: (path) => !path.endsWith('.ts') && !/sample-data\/shadowcheck(\/|$)/.test(path),
  });
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
