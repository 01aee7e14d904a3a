/** A look at some tables, recorded as a whole: what was found, what it means for the pairs, and what was seen. */
import { z } from 'zod';
import { query } from '../sql/query-file.ts';
import type { Database } from './database.ts';
import { judgeLook, partitionOf } from './judge-look.ts';
import type { LandingRecord, LookRecord } from './landing-record.ts';
import { inputsOf, insertLandings, landingsFrom, replaceInputs, updateLandings } from './landing-rows.ts';
import { type Lease, requireLease } from './leases.ts';
import { bringPairsUpToDate } from './pairs.ts';
import { writeStamps } from './table-stamps.ts';
import { settleTellings } from './tellings.ts';

/** See `Landings.commitLook`. */
export function commitLook(database: Database, look: LookRecord, lease: Lease, now_ms: number): number {
  return database.transaction(() => {
    requireLease(database, lease);
    const judged = judgeLook(look, {
      current: currentLandings(database, [...look.found, ...look.gone]),
      isCompared: (landing) => isCompared(database, landing),
      now_ms,
    });
    insertLandings(database, judged.added, null);
    updateLandings(database, judged.changed);
    for (const { landing_id, inputs, replace } of judged.inputs) {
      if (replace || inputsOf(database, landing_id).length === 0) replaceInputs(database, landing_id, inputs);
    }
    bringPairsUpToDate(database, look.pairs, look.gone);
    writeStamps(database, look.stamps);
    settleTellings(database, look.told);
    return judged.added.length;
  });
}

type Place = Pick<LandingRecord, 'job' | 'table' | 'partition_key'>;

/** One question a table: most looks that find much find many partitions of each. */
function currentLandings(database: Database, places: readonly Place[]): Map<string, LandingRecord> {
  const current = new Map<string, LandingRecord>();
  for (const [, group] of Map.groupBy(places, ({ job, table }) => `${job}\0${table}`)) {
    const [{ job, table }] = group as [Place, ...Place[]];
    const partition_keys = group.map(({ partition_key }) => partition_key);
    for (const landing of landingsFrom(database, 'store/landings-current', { job, table, partition_keys })) {
      current.set(partitionOf(landing), landing);
    }
  }
  return current;
}

const foundRow = z.object({ is_compared: z.int() });

function isCompared(database: Database, { id, job, partition_key }: LandingRecord): boolean {
  return database.one(foundRow, query('store/landing-is-compared', {}, { id, job, partition_key }))?.is_compared === 1;
}
