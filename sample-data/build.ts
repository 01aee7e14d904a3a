/**
 * Builds the sample: the warehouse, its mismatch log, what an analysis must find, and the README's table of plants.
 *
 *     node sample-data/build.ts [folder]
 *
 * The same bytes every time: no clock, no locale, no zone, one thread, seeds of our own. What depends on the version of
 * DuckDB are the Parquet files, which name their writer.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { checkPair, expectedOf } from './build-expected.ts';
import { loggedPairs, writeMismatchLog } from './build-mismatch-log.ts';
import { plannedPairs } from './build-plan.ts';
import { readmeOf } from './build-readme.ts';
import { withDuckdb, writeWarehouse } from './build-warehouse.ts';

/** Everything in the sample's folder that is built, and so is replaced; the rest was written by hand. */
export const BUILT = ['warehouse', 'mismatch-log', 'expected.json', 'README.md'] as const;

/** Replaces what is built below `folder`, which is made where it is missing. */
export async function buildSampleData(folder: string): Promise<void> {
  const pairs = plannedPairs();
  for (const pair of pairs) checkPair(pair);
  const logged = loggedPairs(pairs);
  const expected = expectedOf(logged);
  await mkdir(folder, { recursive: true });
  for (const name of BUILT) await rm(join(folder, name), { recursive: true, force: true });
  await withDuckdb(async (connection) => {
    const sizes = await writeWarehouse(connection, join(folder, 'warehouse'), pairs);
    await writeMismatchLog(connection, join(folder, 'mismatch-log'), logged, sizes);
  });
  await writeFile(join(folder, 'expected.json'), `${JSON.stringify(expected, null, 2)}\n`);
  await writeFile(join(folder, 'README.md'), readmeOf(pairs, expected));
}

if (import.meta.main) await buildSampleData(resolve(process.argv[2] ?? import.meta.dirname));
