/**
 * Landings that somebody told: a landing log, or a request to the service. What is told is looked at before it is believed:
 * a telling that does not hold yet (nothing at the place, another size, a time that lies ahead) waits and is looked at
 * again by every pass, until it holds or a later telling of the same partition does.
 */
import type { Config, IngestionJob, JobSide } from '../config/config.ts';
import { pairingsOf, tableIdOf } from '../config/pairings.ts';
import { messageOf, OperatingError, type Trouble } from '../core/operating-error.ts';
import { type PartitionKey, parsePartitionKey } from '../core/partition-key.ts';
import { SIDES } from '../core/side.ts';
import type { OpenEngine } from '../engine/engine.ts';
import { filesHashOf, type HashedFile } from '../partition/files-hash.ts';
import { lookAtPartition } from '../partition/look-at-partition.ts';
import { ownKeyOf } from '../partition/partition-mapping.ts';
import { findPartition } from '../partition/table.ts';
import type { Catalog } from '../store/catalog.ts';
import type { FoundLanding, LookRecord, PairPlace, SettledTelling, Telling } from '../store/landing-record.ts';
import { type ToldLanding, toldBy } from '../store/told-landing.ts';
import { readToldLandings } from '../store/told-reader.ts';
import { pairPlacesOf, timesOf } from './job-tables.ts';

/** A clock may run behind the writer's by so much. */
const AHEAD_MS_MAX = 5 * 60_000;

/** Reads the landing logs of the config into the catalog; returns what could not be used of them, each once. */
export async function readTellings(
  config: Config,
  catalog: Catalog,
  openEngine: OpenEngine,
  now: () => Date,
): Promise<readonly Trouble[]> {
  const troubles: Trouble[] = [];
  const onTrouble = (error: OperatingError): void => void troubles.push(...error.troubles);
  for (const location of config.landings) {
    try {
      for await (const part of readToldLandings(location, catalog.toldSegments, openEngine, now, onTrouble)) {
        catalog.tell(part.tellings);
        catalog.recordToldSegments([part.segment]);
        for (const { place, reason } of part.quarantined) {
          troubles.push({ code: 'landing_not_understood', subject: place, message: reason });
        }
      }
    } catch (error) {
      if (!(error instanceof OperatingError)) throw error;
      onTrouble(error);
    }
  }
  const jobs = [...config.jobs.keys()];
  for (const { job, origin } of catalog.strayTellings(jobs, STRAYS_TOLD)) {
    const message = `a landing was told of job ${JSON.stringify(job)}, which is not in the config; it waits until it is`;
    troubles.push({ code: 'landing_of_unknown_job', subject: origin, message });
  }
  return troubles;
}

/** Of landings of unknown jobs, so many are told on every run; all of them are counted in the metrics. */
const STRAYS_TOLD = 20;

/** What the open tellings of a job come to now, as a record for the catalog, and those that do not hold (yet). */
export async function findTold(
  job: IngestionJob,
  catalog: Catalog,
  now_ms: number,
  signal: AbortSignal,
): Promise<{ readonly look: LookRecord; readonly troubles: readonly Trouble[] }> {
  const troubles: Trouble[] = [];
  // Of two tellings that hold for the same files, the later one counts.
  const found = new Map<string, { readonly landing: FoundLanding; readonly side: JobSide }>();
  const told: SettledTelling[] = [];
  const open = catalog
    .openTellings([job.name])
    .map((telling) => ({ telling, landing: toldBy(telling) }))
    .sort((one, other) => timeOf(one.landing) - timeOf(other.landing));
  const latest = new Map(open.map(({ telling, landing }) => [toldPlaceOf(landing, job), telling.id]));
  for (const { telling, landing } of open) {
    if (signal.aborted) break; // what was judged is recorded, the rest is open
    const isOutdated = latest.get(toldPlaceOf(landing, job)) !== telling.id || hasLandedLater(landing, job, catalog);
    const judged = await judgeTelling(job, landing, isOutdated, now_ms);
    if ('landing' in judged) {
      found.set(JSON.stringify([judged.landing.table, judged.landing.partition_key]), judged);
      told.push({ id: telling.id, state: 'landed', reason: null });
    } else {
      told.push({ id: telling.id, ...judged });
      if (judged.state !== 'overtaken' && troubles.length < WAITING_TOLD) troubles.push(notBelieved(telling, judged));
    }
  }
  const pairs: PairPlace[] = [...found.values()].flatMap(({ landing, side }) => {
    const times = { due_ms: landing.due_at_ms, landed_ms: landing.landed_at_ms };
    return pairPlacesOf({ job, id: landing.table, side }, landing.partition_key, times);
  });
  const landings = [...found.values()].map(({ landing }) => landing);
  return { look: { found: landings, gone: [], pairs, stamps: [], told }, troubles };
}

/** Of a job, so many are told in a pass. */
const WAITING_TOLD = 5;

function notBelieved({ job, partition_key, origin }: Telling, judged: Omit<SettledTelling, 'id'>): Trouble {
  const code = judged.state === 'refused' ? 'landing_refused' : 'landing_waits';
  const hint = judged.state === 'refused' ? 'tell it again, rightly' : 'it is looked at again by every pass';
  return {
    code,
    subject: `${job}/${partition_key}`,
    place: origin,
    message: `told to have landed: ${judged.reason}`,
    hint,
  };
}

function timeOf(landing: ToldLanding | null): number {
  return landing?.landed_at_ms ?? 0;
}

/** Null where it is of no place of the job; then it is refused, whatever came later. */
function toldPlaceOf(told: ToldLanding | null, job: IngestionJob): string | null {
  const side = told === null ? null : sideOf(told, job);
  return told === null || side === null ? null : JSON.stringify([tableIdOf(side), told.partition_key]);
}

/** Whether a later telling of the same partition was found to hold by an earlier pass. */
function hasLandedLater(told: ToldLanding | null, job: IngestionJob, catalog: Catalog): boolean {
  const side = told === null ? null : sideOf(told, job);
  if (told === null || side === null) return false;
  const current = catalog.currentLanding(job.name, tableIdOf(side), told.partition_key);
  return current?.landed_at_from === 'told' && current.landed_at_ms > told.landed_at_ms;
}

type Judged =
  | { readonly landing: FoundLanding; readonly side: JobSide }
  | { readonly state: 'waiting' | 'overtaken' | 'refused'; readonly reason: string };

/**
 * Whether a telling holds. `isOutdated`: a later telling of the same partition is known too; then this one is only believed
 * if the files are still its own.
 */
async function judgeTelling(
  job: IngestionJob,
  told: ToldLanding | null,
  isOutdated: boolean,
  now_ms: number,
): Promise<Judged> {
  const refused = (reason: string): Judged => ({ state: 'refused', reason });
  const waiting = (reason: string): Judged => ({ state: isOutdated ? 'overtaken' : 'waiting', reason });
  if (told === null) return refused('it cannot be read by this version');
  if (told.table_role !== 'target') return refused(`landings of a ${told.table_role} are not compared`);
  const side = sideOf(told, job);
  // As one of an unknown job: the config may come later than the landing.
  if (side === null) return { state: 'waiting', reason: `job ${job.name} has no such side or table` };
  const key = parsePartitionKey(told.partition_key);
  const own = key === null ? null : ownKeyOf(key, job.partition, side.levels);
  if (own === null || !('key' in own)) return refused(own === null ? 'its partition key is none' : own.reason);
  const { landed_at_ms } = told;
  if (landed_at_ms > now_ms + AHEAD_MS_MAX)
    return waiting(`its landed_at, ${new Date(landed_at_ms).toISOString()}, lies ahead`);
  const place = await placeOf(side, own.key, now_ms);
  if ('reason' in place) return waiting(place.reason);
  const size = place.files.reduce((sum, file) => sum + file.size, 0n);
  if (told.size_bytes !== null && BigInt(told.size_bytes) !== size) {
    return waiting(`told with ${told.size_bytes} bytes, and ${size} are there`);
  }
  if (told.file_count !== null && told.file_count !== place.files.length) {
    return waiting(`told with ${told.file_count} files, and ${place.files.length} are there`);
  }
  const times = timesOf(job, told.partition_key);
  const landing: FoundLanding = {
    job: job.name,
    table: tableIdOf(side),
    table_role: 'target',
    partition_key: told.partition_key,
    location: place.folder,
    system: told.system ?? side.system,
    build: told.build ?? side.build,
    run_kind: told.run_kind,
    partition_start_ms: times.start_ms,
    partition_end_ms: times.end_ms,
    due_at_ms: told.due_at_ms ?? times.due_ms,
    landed_at_ms,
    landed_at_from: 'told',
    files_hash: filesHashOf(place.files),
    file_count: place.files.length,
    size_bytes: Number(size),
    row_count: told.row_count,
    cpu_seconds: told.cpu_seconds,
    storage_bytes: told.storage_bytes,
    integrity: 'unverified',
    inputs: told.inputs,
  };
  return { landing, side };
}

/** By table where it names one; else by side, of the migration unless another pairing is named. Null where there is none. */
function sideOf(told: ToldLanding, job: IngestionJob): JobSide | null {
  for (const { name, sides } of pairingsOf(job)) {
    if (told.table !== null) {
      const side = SIDES.find((one) => tableIdOf(sides[one]) === told.table);
      if (side !== undefined) return sides[side];
    } else if (name === (told.pairing ?? 'migration') && told.side !== null) return sides[told.side];
  }
  return null;
}

async function placeOf(
  side: JobSide,
  own: PartitionKey,
  now_ms: number,
): Promise<{ readonly folder: string; readonly files: readonly HashedFile[] } | { readonly reason: string }> {
  try {
    const folder = own.levels.length === 0 ? side.root : await findPartition(side.root, own);
    if (folder === null) return { reason: 'nothing stands at its place' };
    // As the folder itself is looked at, so that what is told and what is found are one landing.
    const seen = lookAtPartition(folder, side.landed, now_ms);
    return 'reason' in seen ? seen : { folder, files: seen.files };
  } catch (error) {
    return { reason: `its place cannot be read (${messageOf(error)})` };
  }
}
