/**
 * What one look at a job's tables found, as one record for the catalog: landings that the folders show, landings that
 * somebody told, partitions that went, and every pair that one of these stands in.
 */
import type { JobSide } from '../config/config.ts';
import type { Trouble } from '../core/operating-error.ts';
import { type PartitionKey, printPartitionKey } from '../core/partition-key.ts';
import { type LandedPartition, lookAtTable } from '../partition/look-at-table.ts';
import { readManifest } from '../partition/manifest.ts';
import { jobKeyOf } from '../partition/partition-mapping.ts';
import type { FoundLanding, LandingInput, LandingRecord, LookRecord, PairPlace } from '../store/landing-record.ts';
import { type JobTable, pairPlacesOf, timesOf } from './job-tables.ts';

export interface TableFinds {
  readonly look: LookRecord;
  readonly troubles: readonly Trouble[];
  readonly partitions: number;
  readonly not_landed: number;
  /** One of them, with the reason. */
  readonly not_landed_example: string | null;
  /** The table's folder is not there, not readable or stands empty, and it held partitions: nobody knows what is missing. */
  readonly is_lost: boolean;
}

export interface FindSetting {
  readonly now_ms: number;
  /** The landing that stands for a partition of the table, gone or not. */
  readonly currentOf: (partition_key: string) => LandingRecord | null;
}

/**
 * Looks at a table as its stamp left it. Of a table whose landings are told, what is gone counts, and what was told and is
 * there: it may have been away, or the catalog may be built anew.
 */
export function findInFolder(table: JobTable, stamp: string | null, { now_ms, currentOf }: FindSetting): TableFinds {
  const { job, id, side } = table;
  const columns = side.levels?.map(({ column }) => column) ?? job.partition;
  const seen = lookAtTable({ folder: side.root, columns, when: side.landed }, stamp, now_ms);
  const troubles: Trouble[] = [...seen.troubles];
  const found: FoundLanding[] = [];
  const pairs: PairPlace[] = [];
  for (const landed of seen.landed) {
    const key = keyOfJob(table, landed.key, troubles);
    if (key === null) continue;
    const landing = side.landed.is_told
      ? toldBefore(landingOf(table, key, landed), currentOf(key))
      : landingOf(table, key, landed);
    if (landing === null) continue;
    found.push(landing);
    pairs.push(...pairPlacesOf(table, key, { due_ms: landing.due_at_ms, landed_ms: landing.landed_at_ms }));
  }
  const gone: LookRecord['gone'][number][] = [];
  for (const own of seen.gone) {
    const key = keyOfJob(table, own, []);
    if (key === null) continue;
    gone.push({ job: job.name, table: id, partition_key: key });
    pairs.push(...pairPlacesOf(table, key, { due_ms: timesOf(job, key).due_ms, landed_ms: null }));
  }
  const [example] = seen.not_landed;
  const isNew = seen.stamp !== stamp;
  const stamps = isNew ? [{ job: job.name, table: id, stamp: seen.stamp, partition_count: seen.partition_count }] : [];
  return {
    look: { found, gone, pairs, stamps, told: [] },
    troubles,
    partitions: seen.partition_count,
    not_landed: seen.not_landed.length,
    not_landed_example: example === undefined ? null : `${id}/${printPartitionKey(example.key)}: ${example.reason}`,
    is_lost: seen.partition_count > 0 && seen.troubles.some(({ subject }) => subject === side.root),
  };
}

/** The landing as it was told; null where nobody told one of these files. */
function toldBefore(found: FoundLanding, told: LandingRecord | null): FoundLanding | null {
  if (told === null || told.files_hash !== found.files_hash) return null;
  const { due_at_ms, landed_at_ms } = told;
  return { ...found, due_at_ms, landed_at_ms };
}

/** The key in the job's own columns; null, and told, where this side's folders do not fit them. */
function keyOfJob({ job, id, side }: JobTable, own: PartitionKey, troubles: Trouble[]): string | null {
  const mapped = jobKeyOf(own, job.partition, side.levels);
  if ('key' in mapped) return printPartitionKey(mapped.key);
  troubles.push({
    code: 'partition_not_mapped',
    subject: job.name,
    place: `${id}/${printPartitionKey(own)}`,
    message: mapped.reason,
    hint: 'see `partition` of this side in the config',
  });
  return null;
}

function landingOf({ job, id, side }: JobTable, partition_key: string, landed: LandedPartition): FoundLanding {
  const { said } = landed;
  const { start_ms, end_ms, due_ms } = timesOf(job, partition_key);
  return {
    job: job.name,
    table: id,
    table_role: 'target',
    partition_key,
    location: landed.folder,
    system: said.system ?? side.system,
    build: said.build ?? side.build,
    run_kind: said.run_kind,
    partition_start_ms: start_ms,
    partition_end_ms: end_ms,
    due_at_ms: due_ms,
    landed_at_ms: landed.landed_at_ms,
    landed_at_from: landed.landed_at_from,
    files_hash: landed.files_hash,
    file_count: landed.file_count,
    size_bytes: landed.size_bytes,
    row_count: said.row_count,
    cpu_seconds: said.cpu_seconds,
    storage_bytes: said.storage_bytes,
    integrity: 'unverified',
    inputs: inputsOf(side, landed.folder),
  };
}

/** What a manifest says that the landing was made from; one that says nothing usable is trouble of the look already. */
function inputsOf({ landed }: JobSide, folder: string): readonly LandingInput[] {
  if (!landed.is_manifest || landed.marker === null) return [];
  const read = readManifest(folder, landed.marker);
  return read !== null && 'manifest' in read ? read.manifest.inputs : [];
}

/** Several looks as one, to be recorded together. */
export function together(looks: readonly LookRecord[]): LookRecord {
  return {
    found: looks.flatMap(({ found }) => found),
    gone: looks.flatMap(({ gone }) => gone),
    pairs: looks.flatMap(({ pairs }) => pairs),
    stamps: looks.flatMap(({ stamps }) => stamps),
    told: looks.flatMap(({ told }) => told),
  };
}
