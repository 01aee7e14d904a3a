/** The pairs of a job as the folders show them now, listed from nothing. */
import type { IngestionJob } from '../config/config.ts';
import { type Pairing, pairingsOf, tableIdOf } from '../config/pairings.ts';
import { printPartitionKey } from '../core/partition-key.ts';
import { mapSides, type Side, type Sided } from '../core/side.ts';
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

/** Every pair of which a side has landed. */
export function standingPairs(job: IngestionJob, catalog: Catalog, now_ms: number): StandingPair[] {
  const standing: StandingPair[] = [];
  for (const pairing of pairingsOf(job)) {
    const landings = mapSides(pairing.sides, (_, side) => landingsOf(job, pairing, side, catalog, now_ms));
    for (const key of new Set([...landings.production.keys(), ...landings.shadow.keys()])) {
      const sides = mapSides(landings, (found) => found.get(key) ?? null);
      standing.push({ job, pairing, partition_key: key, landings: sides });
    }
  }
  return standing;
}

/** What has landed on a side by its folders, listed from nothing; of a table whose landings are told, by what was told. */
function landingsOf(
  job: IngestionJob,
  { sides }: Pairing,
  name: Side,
  catalog: Catalog,
  now_ms: number,
): ReadonlyMap<string, LandingRecord> {
  const side = sides[name];
  const table = tableIdOf(side);
  const columns = side.levels?.map(({ column }) => column) ?? job.partition;
  const look = lookAtTable({ folder: side.root, columns, when: side.landed }, null, now_ms);
  const found = new Map<string, LandingRecord>();
  for (const landed of look.landed) {
    const mapped = jobKeyOf(landed.key, job.partition, side.levels);
    if (!('key' in mapped)) continue;
    const partition_key = printPartitionKey(mapped.key);
    const known = catalog.currentLanding(job.name, table, partition_key);
    if (known !== null && known.files_hash === landed.files_hash) found.set(partition_key, known);
    else if (!side.landed.is_told) found.set(partition_key, unknownLanding(job, table, partition_key, landed));
  }
  return found;
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
