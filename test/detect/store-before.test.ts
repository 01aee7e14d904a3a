/** A store that was written before the meaning of sums changed: it opens, and what it kept of files counts for nothing. */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { mapSides, type Side, type Sided } from '../../src/core/side.ts';
import { identityOf } from '../../src/detect/file-evidence.ts';
import { pinLanding } from '../../src/partition/pin.ts';
import { packageRoot } from '../../src/sql/query-file.ts';
import { openCatalog } from '../../src/store/catalog.ts';
import { MIGRATIONS } from '../../src/store/migrations.ts';
import { taken } from '../store/landing-samples.ts';
import { kept, type LandedPair, landingAt, openPair } from './landed-pair.ts';

let pair: LandedPair;
beforeEach(async () => {
  pair = await openPair();
});
afterEach(() => pair.end());

const KEYED = { key: ['id'] };
const [JOB, PARTITION] = ['orders', 'ds=2026-11-20'];
const TABLES: Sided<string> = { production: 'production of orders', shadow: 'shadow of orders' };

/** What the version before, with DuckDB 1.5.6, called the form of the sums of the table that the test writes. */
const FORM_BEFORE = 'c4997d297c85056a961305498a2c5149';

/** A catalog of the fourth version that holds sums of these files, wrong ones, under the form of the version before. */
async function storeBefore(): Promise<string> {
  const path = join(pair.root, 'catalog.db');
  const sqlite = new DatabaseSync(path);
  for (const name of MIGRATIONS.slice(0, 4)) {
    sqlite.exec(readFileSync(join(packageRoot(), 'queries', 'store', 'migrations', `${name}.sql`), 'utf8'));
  }
  sqlite.exec('PRAGMA user_version = 4');
  const insert = sqlite.prepare(
    `INSERT INTO file_fingerprint (job, "table", partition_key, file, form, identity, row_count, low_sum, high_sum, is_told)
     VALUES (?, ?, ?, ?, ?, ?, '100', ?, '7', 0)`,
  );
  for (const side of ['production', 'shadow'] as const) {
    const pinned = await pinLanding(landingAt(side, pair.path(side)));
    for (const file of pinned.files) {
      const name = relative(pinned.base, file.path);
      const sum = side === 'production' ? '1' : '2';
      insert.run(JOB, TABLES[side], PARTITION, name, FORM_BEFORE, identityOf(file, name), sum);
    }
  }
  sqlite.close();
  return path;
}

test('a store of the version before opens, its sums are not used, and the pair is compared anew', async () => {
  for (const side of ['production', 'shadow'] as const) {
    await pair.write(side, 'a.parquet', 'SELECT range id, 1 x FROM range(100)');
  }
  const catalog = openCatalog(await storeBefore());
  const known = mapSides(TABLES, (table) => catalog.fingerprintsOf(JOB, table, PARTITION));
  expect(mapSides(known, (files) => files.map(({ form, strong }) => [form, strong]))).toEqual({
    production: [[FORM_BEFORE, null]],
    shadow: [[FORM_BEFORE, null]],
  });
  const first = await pair.compare(KEYED, { known });
  expect(first).toMatchObject({
    outcome: 'match',
    fingerprint_source: 'read',
    sides: { production: { files_read: 1 }, shadow: { files_read: 1 } },
  });
  const lease = taken(catalog);
  const fresh = (side: Side) => ({ job: JOB, table: TABLES[side], partition_key: PARTITION, files: kept(first)[side] });
  catalog.commitComparisons([], [fresh('production'), fresh('shadow')], lease, 2);
  const again = mapSides(TABLES, (table) => catalog.fingerprintsOf(JOB, table, PARTITION));
  expect(again.production).toHaveLength(2);
  expect(await pair.compare(KEYED, { known: again })).toMatchObject({ outcome: 'match', fingerprint_source: 'stored' });
});
