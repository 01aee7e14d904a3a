/**
 * Builds the sample: the warehouse, what lands in it later, its mismatch log, what an analysis must find, and the README's
 * tables of plants.
 *
 *     node sample-data/build.ts [folder]
 *
 * The same bytes every time: no clock, no locale, no zone, one thread, seeds of our own. What depends on the version of
 * DuckDB are the Parquet files, which name their writer.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { checkPair, expectedOf } from './build-expected.ts';
import { expectedLive } from './build-expected-live.ts';
import { laterShadows, writeLater } from './build-later.ts';
import { loggedPairs, writeMismatchLog } from './build-mismatch-log.ts';
import { plannedPairs } from './build-plan.ts';
import { readmeOf } from './build-readme.ts';
import { withDuckdb, writeWarehouse } from './build-warehouse.ts';

/** Everything in the sample's folder that is built, and so is replaced; the rest was written by hand. */
export const BUILT = [
  'warehouse',
  'later',
  'mismatch-log',
  'expected.json',
  'expected-live.json',
  'README.md',
] as const;

/** Replaces what is built below `folder`, which is made where it is missing. */
export async function buildSampleData(folder: string): Promise<void> {
  const pairs = plannedPairs();
  const later = laterShadows(pairs);
  for (const pair of pairs) checkPair(pair);
  for (const { pair, table, planted } of later) checkPair({ ...pair, shadow: table, planted });
  const logged = loggedPairs(pairs);
  const expected = expectedOf(logged);
  const live = expectedLive(pairs, later);
  await mkdir(folder, { recursive: true });
  for (const name of BUILT) await rm(join(folder, name), { recursive: true, force: true });
  await withDuckdb(async (connection) => {
    const sizes = await writeWarehouse(connection, join(folder, 'warehouse'), pairs);
    await writeLater(connection, folder, later);
    await writeMismatchLog(connection, join(folder, 'mismatch-log'), logged, sizes);
  });
  await writeFile(join(folder, 'expected.json'), `${JSON.stringify(expected, null, 2)}\n`);
  await writeFile(join(folder, 'expected-live.json'), `${JSON.stringify(live, null, 2)}\n`);
  await writeFile(join(folder, 'README.md'), readmeOf(pairs, expected, live));
}

if (import.meta.main) await buildSampleData(resolve(process.argv[2] ?? import.meta.dirname));
