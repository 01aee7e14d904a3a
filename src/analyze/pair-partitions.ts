/** The partitions of two table folders, paired by key: for looking at whole tables without a config. */
import { join } from 'node:path';
import type { Landing } from '../core/landing.ts';
import { printPartitionKey } from '../core/partition-key.ts';
import { mapSides, mapSidesInOrder, type Sided } from '../core/side.ts';
import { listPartitions } from '../partition/table.ts';

export interface PartitionPair {
  readonly partition_key: string;
  readonly landings: Sided<Landing>;
}

/** Every partition of either side, in the order of the keys. One that a side lacks keeps the place where it should be. */
export async function pairPartitions(tables: Sided<Landing>): Promise<readonly PartitionPair[]> {
  const folders = await mapSidesInOrder(tables, async ({ location }) => {
    const partitions = await listPartitions(location, null);
    return new Map(partitions.map(({ key, folder }) => [printPartitionKey(key), folder]));
  });
  const keys = [...new Set([...folders.production.keys(), ...folders.shadow.keys()])].sort();
  return keys.map((key) => ({
    partition_key: key,
    landings: mapSides(tables, (table, side) => ({
      ...table,
      location: folders[side].get(key) ?? join(table.location, key),
    })),
  }));
}
