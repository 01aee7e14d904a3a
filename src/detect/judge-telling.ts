/** Whether what was told of a landing holds now. */
import type { IngestionJob, JobSide } from '../config/config.ts';
import { tableIdOf, toldSideOf } from '../config/pairings.ts';
import { messageOf } from '../core/operating-error.ts';
import { type PartitionKey, parsePartitionKey } from '../core/partition-key.ts';
import { filesHashOf, type HashedFile } from '../partition/files-hash.ts';
import { CLOCKS_DIFFER_MS } from '../partition/judge-landed.ts';
import { lookAtPartition } from '../partition/look-at-partition.ts';
import { ownKeyOf } from '../partition/partition-mapping.ts';
import { findPartition } from '../partition/table.ts';
import type { Catalog } from '../store/catalog.ts';
import type { FoundLanding } from '../store/landing-record.ts';
import { type ToldLanding, toldBy } from '../store/told-landing.ts';
import { timesOf } from './job-tables.ts';

export interface HeldTelling {
  readonly state: 'landed';
  /** Table and partition. */
  readonly place: string;
  readonly landing: FoundLanding;
  readonly side: JobSide;
}

export interface UnheldTelling {
  /** `waiting`: it may hold at the next look. */
  readonly state: 'waiting' | 'refused';
  readonly reason: string;
  /** Null where it is of no place of the job, or of a table that is not compared. */
  readonly place: string | null;
  readonly landed_at_ms: number;
  /** A landing of this place that was told later has landed at an earlier look. */
  readonly is_overtaken: boolean;
}

/** `told`: null where it cannot be read. */
export async function judgeTelling(
  job: IngestionJob,
  told: ToldLanding | null,
  catalog: Catalog,
  now_ms: number,
): Promise<HeldTelling | UnheldTelling> {
  const nowhere = { place: null, landed_at_ms: told?.landed_at_ms ?? 0, is_overtaken: false };
  const refused = (reason: string): UnheldTelling => ({ state: 'refused', reason, ...nowhere });
  if (told === null) return refused('it cannot be read by this version');
  if (told.table_role !== 'target') return refused(`landings of a ${told.table_role} are not compared`);
  const side = toldSideOf(job, told);
  // As one of an unknown job: the config may come later than the landing.
  if (side === null) return { state: 'waiting', reason: `job ${job.name} has no such side or table`, ...nowhere };
  const key = parsePartitionKey(told.partition_key);
  const own = key === null ? null : ownKeyOf(key, job.partition, side.levels);
  if (own === null || !('key' in own)) return refused(own === null ? 'its partition key is none' : own.reason);
  const { landed_at_ms } = told;
  const table = tableIdOf(side);
  const place = JSON.stringify([table, told.partition_key]);
  const is_overtaken = lastLandedMs(table, told, job, catalog) > landed_at_ms;
  const waiting = (reason: string): UnheldTelling => ({ state: 'waiting', reason, place, landed_at_ms, is_overtaken });
  if (landed_at_ms > now_ms + CLOCKS_DIFFER_MS)
    return waiting(`its landed_at, ${new Date(landed_at_ms).toISOString()}, lies ahead`);
  const found = await findFiles(side, own.key, now_ms);
  if ('reason' in found) return waiting(found.reason);
  const size = found.files.reduce((sum, file) => sum + file.size, 0n);
  if (told.size_bytes !== null && BigInt(told.size_bytes) !== size) {
    return waiting(`told with ${told.size_bytes} bytes, and ${size} are there`);
  }
  if (told.file_count !== null && told.file_count !== found.files.length) {
    return waiting(`told with ${told.file_count} files, and ${found.files.length} are there`);
  }
  const files_hash = filesHashOf(found.files);
  if (is_overtaken && catalog.currentLanding(job.name, table, told.partition_key)?.files_hash === files_hash) {
    return waiting('the files that are there are those of a later landing');
  }
  const times = timesOf(job, told.partition_key);
  const landing: FoundLanding = {
    job: job.name,
    table,
    table_role: 'target',
    partition_key: told.partition_key,
    location: found.folder,
    system: told.system ?? side.system,
    build: told.build ?? side.build,
    run_kind: told.run_kind,
    partition_start_ms: times.start_ms,
    partition_end_ms: times.end_ms,
    due_at_ms: told.due_at_ms ?? times.due_ms,
    landed_at_ms,
    landed_at_from: 'told',
    files_hash,
    file_count: found.files.length,
    size_bytes: Number(size),
    row_count: told.row_count,
    cpu_seconds: told.cpu_seconds,
    storage_bytes: told.storage_bytes,
    integrity: 'unverified',
    inputs: told.inputs,
  };
  return { state: 'landed', place, landing, side };
}

/**
 * When the last landing of this place that was told and had landed did so; 0: there was none. A catalog that was rebuilt from
 * the logs may know the landings only.
 */
function lastLandedMs(table: string, told: ToldLanding, job: IngestionJob, catalog: Catalog): number {
  const tellings = catalog.landedTellings(job.name, told.partition_key).flatMap((telling) => toldBy(telling) ?? []);
  const ofTable = tellings.filter((one) => {
    const side = toldSideOf(job, one);
    return side !== null && tableIdOf(side) === table;
  });
  const landings = catalog.landingsOf(job.name, table, told.partition_key);
  const ofLandings = landings.filter(({ landed_at_from }) => landed_at_from === 'told');
  return [...ofTable, ...ofLandings].reduce((last, { landed_at_ms }) => Math.max(last, landed_at_ms), 0);
}

async function findFiles(
  side: JobSide,
  own: PartitionKey,
  now_ms: number,
): Promise<{ readonly folder: string; readonly files: readonly HashedFile[] } | { readonly reason: string }> {
  try {
    const folder = await findPartition(side.root, own);
    if (folder === null) return { reason: 'nothing stands at its place' };
    // As the folder itself is looked at, so that what is told and what is found are one landing.
    const seen = lookAtPartition(folder, side.landed, now_ms);
    return 'reason' in seen ? seen : { folder, files: seen.files };
  } catch (error) {
    return { reason: `its place cannot be read (${messageOf(error)})` };
  }
}
