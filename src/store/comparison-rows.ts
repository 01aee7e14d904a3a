/** Comparisons as rows of the catalog: how they are written, and read with the landings that they are about. */
import { z } from 'zod';
import { INTEGRITIES, TABLE_ROLES } from '../core/landing.ts';
import { INCONCLUSIVE_REASONS, MISMATCH_KINDS, OUTCOMES } from '../core/outcome.ts';
import { mapSides, SIDES } from '../core/side.ts';
import { query } from '../sql/query-file.ts';
import { ident, join, type Sql, type SqlValue } from '../sql/sql.ts';
import { type ComparisonRecord, FINGERPRINT_SOURCES, type LoggedComparison, TRIGGERS } from './comparison-record.ts';
import { type Database, placeholders } from './database.ts';
import { jsonColumn } from './json-column.ts';
import { landingsById } from './landing-rows.ts';

const columns = z.object({
  comparison_id: z.string(),
  content_id: z.string().nullable(),
  job: z.string(),
  pairing: z.string(),
  table_role: z.enum(TABLE_ROLES),
  partition_key: z.string(),
  production_landing_id: z.string().nullable(),
  shadow_landing_id: z.string().nullable(),
  spec: z.string(),
  trigger: z.enum(TRIGGERS),
  rechecks: z.string().nullable(),
  outcome: z.enum(OUTCOMES),
  inconclusive_reason: z.enum(INCONCLUSIVE_REASONS).nullable(),
  kinds: jsonColumn(z.array(z.enum(MISMATCH_KINDS))),
  production_row_count: z.int().nullable(),
  shadow_row_count: z.int().nullable(),
  production_checksum: z.string().nullable(),
  shadow_checksum: z.string().nullable(),
  production_integrity: z.enum(INTEGRITIES).nullable(),
  shadow_integrity: z.enum(INTEGRITIES).nullable(),
  differing_columns: jsonColumn(z.array(z.string())).nullable(),
  agreed_rows: z.int().nullable(),
  fingerprint_source: z.enum(FINGERPRINT_SOURCES).nullable(),
  reference_side: z.enum(SIDES),
  stage: z.string().nullable(),
  detail: z.string().nullable(),
  compared_at_ms: z.int(),
  seconds: z.number(),
});

const comparisonRow = columns.transform(
  ({
    production_landing_id,
    shadow_landing_id,
    production_row_count,
    shadow_row_count,
    production_checksum,
    shadow_checksum,
    production_integrity,
    shadow_integrity,
    ...own
  }): ComparisonRecord => ({
    ...own,
    landing_ids: { production: production_landing_id, shadow: shadow_landing_id },
    row_counts: { production: production_row_count, shadow: shadow_row_count },
    checksums: { production: production_checksum, shadow: shadow_checksum },
    integrity: { production: production_integrity, shadow: shadow_integrity },
  }),
);

const NAMES = Object.keys(columns.shape);
const COLUMNS: Sql = join(NAMES.map((name) => ident(name)));

/** The rows of one of the queries that give whole comparisons, in their order. */
export function comparisonsFrom(
  database: Database,
  name: 'store/comparisons-by-id' | 'store/comparisons-of-partition',
  values: Readonly<Record<string, SqlValue>>,
): ComparisonRecord[] {
  return database.all(comparisonRow, query(name, { columns: COLUMNS }, values));
}

/** With the landings that they are about; null for one that the catalog does not know. */
export function withLandings(database: Database, comparisons: readonly ComparisonRecord[]): LoggedComparison[] {
  const ids = comparisons.flatMap(({ landing_ids }) => [landing_ids.production, landing_ids.shadow]);
  const landings = landingsById(database, [...new Set(ids.filter((id) => id !== null))]);
  return comparisons.map((comparison) => ({
    ...comparison,
    landings: mapSides(comparison.landing_ids, (id) => (id === null ? null : (landings.get(id) ?? null))),
  }));
}

/** For use inside a transaction: the first of an id counts; returns how many were new. */
export function insertComparisons(
  database: Database,
  comparisons: readonly ComparisonRecord[],
  segment_id: string | null,
): number {
  const insert = query('store/comparison-insert', {}, placeholders([...NAMES, 'segment_id']));
  const rows = comparisons.map((comparison) => ({ ...rowOf(comparison), segment_id }));
  return database.runEach(insert, rows);
}

function rowOf(comparison: ComparisonRecord): Readonly<Record<string, string | number | null>> {
  const { landing_ids, row_counts, checksums, integrity, kinds, differing_columns, ...own } = comparison;
  return {
    ...own,
    kinds: JSON.stringify(kinds),
    differing_columns: differing_columns === null ? null : JSON.stringify(differing_columns),
    production_landing_id: landing_ids.production,
    shadow_landing_id: landing_ids.shadow,
    production_row_count: row_counts.production,
    shadow_row_count: row_counts.shadow,
    production_checksum: checksums.production,
    shadow_checksum: checksums.shadow,
    production_integrity: integrity.production,
    shadow_integrity: integrity.shadow,
  };
}
