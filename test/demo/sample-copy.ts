/** A copy of sample-data in a temporary folder, so that a test's store is its own. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { packageRoot } from '../../src/sql/query-file.ts';

/** What runs leave in the folder, and what tests have no use for. */
const LEFT_OUT = /(^|\/)(shadowcheck|shadowcheck-live|live)(\/|$)|\.ts$/;

export async function copySampleData(): Promise<{ readonly folder: string; readonly remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'shadowcheck-sample-'));
  const sample = join(packageRoot(), 'sample-data');
  await cp(sample, folder, { recursive: true, filter: (path) => !LEFT_OUT.test(relative(sample, path)) });
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
