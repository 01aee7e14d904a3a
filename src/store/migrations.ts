/** Brings a catalog to the newest version: numbered scripts, each run once, in order, never changed afterwards. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { OperatingError } from '../core/operating-error.ts';
import { EXIT_CODES } from '../core/outcome.ts';
import { packageRoot, query } from '../sql/query-file.ts';
import { integer } from '../sql/sql.ts';
import type { Database } from './database.ts';

/** Files of `queries/store/migrations/`; the first makes version 1. */
export const MIGRATIONS: readonly string[] = [
  '0001-first-tables',
  '0002-owed-entries',
  '0003-landings',
  '0004-landing-logs',
  '0005-strong-fingerprints',
];

/** Set by the first migration, so that the catalog knows its own files from anybody's. */
const APPLICATION_ID = 1_936_221_303;

const ownerRow = z.object({ application_id: z.int(), version: z.int(), objects: z.int() });

/**
 * Throws `OperatingError` `catalog_too_new` for a catalog of a later version of shadowcheck, which is left as it is, and
 * `catalog_foreign` for another program's SQLite file.
 */
export function migrate(database: Database): void {
  if (versionOf(database) === MIGRATIONS.length) return;
  database.transaction(() => {
    // Read again under the write lock: another process may have been first.
    for (let version = versionOf(database); version < MIGRATIONS.length; version++) {
      const file = join(packageRoot(), 'queries', 'store', 'migrations', `${MIGRATIONS[version]}.sql`);
      database.script(readFileSync(file, 'utf8'));
      database.run(query('store/catalog-set-version', { version: integer(version + 1) }));
    }
  });
}

/** For readers, who change nothing: throws `OperatingError` `catalog_too_old` for what `migrate` would bring forward. */
export function requireNewest(database: Database): void {
  const version = versionOf(database);
  if (version === MIGRATIONS.length) return;
  throw new OperatingError(EXIT_CODES.infrastructure, {
    code: 'catalog_too_old',
    subject: database.path,
    message: `the catalog has version ${version}; this shadowcheck reads version ${MIGRATIONS.length}`,
    hint: 'run `shadowcheck analyze` once: it brings the catalog to this version',
  });
}

function versionOf(database: Database): number {
  const owner = database.one(ownerRow, query('store/catalog-owner'));
  if (owner === null) throw new Error('a select without FROM gave no row');
  const isNew = owner.application_id === 0 && owner.version === 0 && owner.objects === 0;
  if (owner.application_id !== APPLICATION_ID && !isNew) {
    throw new OperatingError(EXIT_CODES.infrastructure, {
      code: 'catalog_foreign',
      subject: database.path,
      message: 'this SQLite file belongs to another program',
      hint: 'choose another folder for the store',
    });
  }
  if (owner.version > MIGRATIONS.length) {
    throw new OperatingError(EXIT_CODES.infrastructure, {
      code: 'catalog_too_new',
      subject: database.path,
      message: `the catalog has version ${owner.version}; this shadowcheck knows versions up to ${MIGRATIONS.length}`,
      hint: 'run the newer shadowcheck that wrote it',
    });
  }
  return owner.version;
}
