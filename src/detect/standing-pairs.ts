/** The pairs of a job as the folders show them now, listed from nothing. */
import type { IngestionJob, JobSide } from '../config/config.ts';
import { type Pairing, pairingsOf, tableIdOf } from '../config/pairings.ts';
import { printTrouble, type Trouble } from '../core/operating-error.ts';
import { printPartitionKey } from '../core/partition-key.ts';
import { mapSides, SIDES, type Sided } from '../core/side.ts';
import { type LandedPartition, lookAtTable } from '../partition/look-at-table.ts';
import { jobKeyOf } from '../partition/partition-mapping.ts';
import type { Catalog } from '../store/catalog.ts';
import type { LandingRecord } from '../store/landing-record.ts';
import { timesOf } from './job-tables.ts';

/** A pair as the folders show it now; a side is null where nothing has landed. */
export interface StandingPair {
  readonly job: IngestionJob;
  readonly pairing: Pairing;
  readonly partition_key: string;
  /** As the catalog knows them; one that it does not know has no id. */
  readonly landings: Sided<LandingRecord | null>;
}

export interface Standing {
  /** Of each a side has landed. */
  readonly pairs: readonly StandingPair[];
  /** How many pairs were compared that nobody can look at now, because a table of theirs cannot be listed. */
  readonly unseen: number;
  /** What could not be looked at, each once. What is not there in a table that could be listed is no trouble. */
  readonly troubles: readonly Trouble[];
}

/** Every pair of the job, in each of its pairings. */
export function standingPairs(job: IngestionJob, catalog: Catalog, now_ms: number): Standing {
  const pairs: StandingPair[] = [];
  const troubles = new Map<string, Trouble>();
  let unseen = 0;
  for (const pairing of pairingsOf(job)) {
    const tables = mapSides(pairing.sides, (side) => tableNow(job, side, catalog, now_ms));
    for (const side of SIDES) for (const trouble of tables[side].troubles) troubles.set(printTrouble(trouble), trouble);
    const isListed = SIDES.every((side) => tables[side].is_listed);
    const hidden = isListed ? new Set<string>() : comparedKeys(job, pairing, catalog);
    unseen += hidden.size;
    for (const key of new Set(SIDES.flatMap((side) => [...tables[side].landings.keys()]))) {
      const landings = mapSides(tables, (table) => table.landings.get(key) ?? null);
      if (!hidden.has(key)) pairs.push({ job, pairing, partition_key: key, landings });
    }
  }
  return { pairs, unseen, troubles: [...troubles.values()] };
}

/** Partitions of the pairing that were compared as they stood last. */
function comparedKeys(job: IngestionJob, { name }: Pairing, catalog: Catalog): ReadonlySet<string> {
  const compared = catalog
    .pairsOf(job.name, Number.MAX_SAFE_INTEGER)
    .filter(({ pairing, state }) => pairing === name && state === 'compared');
  return new Set(compared.map(({ partition_key }) => partition_key));
}

interface TableNow {
  /** By partition. */
  readonly landings: ReadonlyMap<string, LandingRecord>;
  readonly troubles: readonly Trouble[];
  /** False: nothing is known of what stands in the table. */
  readonly is_listed: boolean;
}

/** What has landed on a side by its folders, listed from nothing; of a table whose landings are told, by what was told. */
function tableNow(job: IngestionJob, side: JobSide, catalog: Catalog, now_ms: number): TableNow {
  const table = tableIdOf(side);
  const columns = side.levels?.map(({ column }) => column) ?? job.partition;
  const watched = { folder: side.root, columns, when: side.landed };
  const look = lookAtTable(watched, null, now_ms);
  // That an empty folder is not the one in which partitions stood, only the last look of a pass can tell.
  const isEmpty = look.partition_count === 0 && look.troubles.length === 0;
  const { troubles } = isEmpty ? lookAtTable(watched, catalog.stampOf(job.name, table), now_ms) : look;
  const found = new Map<string, LandingRecord>();
  for (const landed of look.landed) {
    const mapped = jobKeyOf(landed.key, job.partition, side.levels);
    if (!('key' in mapped)) continue;
    const partition_key = printPartitionKey(mapped.key);
    const known = catalog.currentLanding(job.name, table, partition_key);
    if (known !== null && known.files_hash === landed.files_hash) found.set(partition_key, known);
    else if (!side.landed.is_told) found.set(partition_key, unknownLanding(job, table, partition_key, landed));
  }
  return { landings: found, troubles, is_listed: !troubles.some(({ subject }) => subject === side.root) };
}

function unknownLanding(
  job: IngestionJob,
  table: string,
  partition_key: string,
  landed: LandedPartition,
): LandingRecord {
  const { start_ms, end_ms, due_ms } = timesOf(job, partition_key);
  return {
    id: '',
    job: job.name,
    table,
    table_role: 'target',
    partition_key,
    sequence: 0,
    location: landed.folder,
    system: null,
    build: null,
    run_kind: null,
    partition_start_ms: start_ms,
    partition_end_ms: end_ms,
    due_at_ms: due_ms,
    landed_at_ms: landed.landed_at_ms,
    landed_at_from: landed.landed_at_from,
    discovered_at_ms: landed.landed_at_ms,
    files_hash: landed.files_hash,
    file_count: landed.file_count,
    size_bytes: landed.size_bytes,
    row_count: null,
    cpu_seconds: null,
    storage_bytes: null,
    integrity: 'unverified',
    superseded_by: null,
    gone_at_ms: null,
  };
}
