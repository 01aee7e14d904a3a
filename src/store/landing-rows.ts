/** Landings as rows of the catalog: how they are written, and how they are found by id. */
import { z } from 'zod';
import { idOf } from '../core/identity.ts';
import { INTEGRITIES, LANDED_AT_SOURCES, RUN_KINDS, TABLE_ROLES } from '../core/landing.ts';
import { query } from '../sql/query-file.ts';
import { ident, join, type Sql, type SqlValue } from '../sql/sql.ts';
import { type Database, placeholders } from './database.ts';
import type { LandingInput, LandingRecord } from './landing-record.ts';

const landingRow = z.object({
  id: z.string(),
  job: z.string(),
  table: z.string(),
  table_role: z.enum(TABLE_ROLES),
  partition_key: z.string(),
  sequence: z.int(),
  location: z.string(),
  system: z.enum(['legacy', 'next']).nullable(),
  build: z.string().nullable(),
  run_kind: z.enum(RUN_KINDS).nullable(),
  partition_start_ms: z.int().nullable(),
  partition_end_ms: z.int().nullable(),
  due_at_ms: z.int().nullable(),
  landed_at_ms: z.int(),
  landed_at_from: z.enum(LANDED_AT_SOURCES),
  discovered_at_ms: z.int(),
  files_hash: z.string(),
  file_count: z.int(),
  size_bytes: z.int(),
  row_count: z.int().nullable(),
  cpu_seconds: z.number().nullable(),
  storage_bytes: z.number().nullable(),
  integrity: z.enum(INTEGRITIES),
  superseded_by: z.string().nullable(),
  gone_at_ms: z.int().nullable(),
}) satisfies z.ZodType<LandingRecord>;

const inputRow = z.object({
  table_role: z.enum(TABLE_ROLES),
  table: z.string(),
  partition_key: z.string(),
  landing_id: z.string().nullable(),
}) satisfies z.ZodType<LandingInput>;

const NAMES = Object.keys(landingRow.shape);
const COLUMNS: Sql = join(NAMES.map((name) => ident(name)));

export function landingIdOf(
  of: Pick<LandingRecord, 'job' | 'table' | 'partition_key' | 'sequence' | 'files_hash'>,
): string {
  return idOf('landing', of.job, of.table, of.partition_key, of.sequence, of.files_hash);
}

/** The part of a landing's id that is indexed; see the migration for why. */
function headOf(id: string): number {
  return Number.parseInt(id.slice(0, 8), 16);
}

/** The rows of one of the queries that give whole landings. */
export function landingsFrom(
  database: Database,
  name:
    | 'store/landings-current'
    | 'store/landings-by-id'
    | 'store/landings-of-partition'
    | 'store/landing-newest-of-partition',
  values: Readonly<Record<string, SqlValue>>,
): LandingRecord[] {
  return database.all(landingRow, query(name, { columns: COLUMNS }, values));
}

/** Those of these ids that the catalog knows. */
export function landingsById(database: Database, ids: readonly string[]): Map<string, LandingRecord> {
  if (ids.length === 0) return new Map();
  const heads = ids.map((id) => String(headOf(id)));
  return new Map(
    landingsFrom(database, 'store/landings-by-id', { heads, ids }).map((landing) => [landing.id, landing]),
  );
}

/**
 * For use inside a transaction: writes landings that are not there yet and says which was found last; returns how many
 * were new.
 */
export function insertLandings(
  database: Database,
  landings: readonly LandingRecord[],
  segment_id: string | null,
): number {
  const insert = query('store/landing-insert', {}, placeholders([...NAMES, 'id_head', 'segment_id']));
  const inserted = database.runEach(insert, landings, (landing, name) =>
    name === 'segment_id' ? segment_id : valueOfLanding(landing, name),
  );
  database.runEach(query('store/newest-landing-write', {}, placeholders(NEWEST_NAMES)), newestOfJobs(landings));
  return inserted;
}

function valueOfLanding(landing: LandingRecord, name: string): SqlValue | undefined {
  return name === 'id_head' ? headOf(landing.id) : landing[name as keyof LandingRecord];
}

const NEWEST_NAMES = ['job', 'table', 'partition_key', 'landed_at_ms', 'discovered_at_ms'] as const;
type NewestLanding = Pick<LandingRecord, (typeof NEWEST_NAMES)[number]>;

function newestOfJobs(landings: readonly LandingRecord[]): NewestLanding[] {
  const newest = new Map<string, NewestLanding>();
  for (const { job, table, partition_key, landed_at_ms, discovered_at_ms } of landings) {
    const known = newest.get(job);
    const discovered = Math.max(known?.discovered_at_ms ?? discovered_at_ms, discovered_at_ms);
    const place =
      known !== undefined && known.landed_at_ms > landed_at_ms ? known : { job, table, partition_key, landed_at_ms };
    newest.set(job, { ...place, discovered_at_ms: discovered });
  }
  return [...newest.values()];
}

/** What may change of a landing that is known. */
const CHANGING = [
  'id',
  'location',
  'system',
  'build',
  'run_kind',
  'due_at_ms',
  'landed_at_ms',
  'landed_at_from',
  'row_count',
  'cpu_seconds',
  'storage_bytes',
  'superseded_by',
  'gone_at_ms',
] as const;

/** For use inside a transaction. */
export function updateLandings(database: Database, landings: readonly LandingRecord[]): void {
  const update = query('store/landing-update', {}, placeholders([...CHANGING, 'id_head']));
  database.runEach(update, landings, valueOfLanding);
}

export function inputsOf(database: Database, landing_id: string): LandingInput[] {
  return database.all(inputRow, query('store/landing-inputs', {}, { landing_id }));
}

/** For use inside a transaction: these inputs take the place of what was told before. */
export function replaceInputs(database: Database, landing_id: string, inputs: readonly LandingInput[]): void {
  database.run(query('store/landing-inputs-delete', {}, { landing_id }));
  database.runEach(
    query('store/landing-input-insert', {}, placeholders(INPUT_NAMES)),
    inputs.map((input, position) => ({ ...input, input_landing_id: input.landing_id, landing_id, position })),
  );
}

const INPUT_NAMES = ['landing_id', 'position', 'table_role', 'table', 'partition_key', 'input_landing_id'];
