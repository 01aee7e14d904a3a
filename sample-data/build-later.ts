/** Partitions that do not lie in the warehouse and land in it later, or in place of another: the feed copies them. */
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { decimalsRounded, type Fault, type PlantedFault, plant, timesShifted } from './build-faults.ts';
import type { PlannedPair } from './build-plan.ts';
import type { Table } from './build-table.ts';
import { writeSide } from './build-warehouse.ts';

/** A shadow with a fault, of a pair that is clean in the warehouse. */
export interface LaterShadow {
  /** Folder below the sample's own, as `feed-plan.ts` names it. */
  readonly folder: string;
  readonly pair: PlannedPair;
  readonly table: Table;
  readonly planted: readonly PlantedFault[];
}

const LATER: readonly { readonly folder: string; readonly of: string; readonly fault: Fault }[] = [
  { folder: 'later/orders-shifted', of: 'orders/ds=2026-11-18', fault: timesShifted('placed_at', 3600) },
  { folder: 'later/payments-rounded', of: 'payments/ds=2026-11-14', fault: decimalsRounded('fee', 3) },
];

export function laterShadows(pairs: readonly PlannedPair[]): LaterShadow[] {
  return LATER.map(({ folder, of, fault }) => {
    const pair = pairs.find(({ table, partitionKey }) => `${table}/${partitionKey}` === of);
    if (pair === undefined || pair.planted.length > 0) throw new Error(`${of} is not there, or not clean`);
    return { folder, pair, ...plant(pair.shadow, [fault]) };
  });
}

export async function writeLater(
  connection: DuckDBConnection,
  folder: string,
  shadows: readonly LaterShadow[],
): Promise<void> {
  for (const { folder: own, pair, table } of shadows) {
    await writeSide(connection, join(folder, own), { ...pair, shadow: table }, 'shadow');
  }
}
