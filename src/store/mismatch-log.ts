import type { LoggedSide, Mismatch } from '../core/mismatch.ts';
import { MISMATCH_COLUMNS, SIDE_FIELD_NAMES } from './mismatch-columns.ts';
import { type LogCell, parquetBytes } from './parquet.ts';

export const RECORD_VERSION = 1;

/**
 * The bytes of one segment of our mismatch log, rows in the order given. The same entries give the same bytes, so that a
 * retry publishes what the first try did.
 *
 * Throws `OperatingError` `count_too_large` for a row count or size beyond 2^53.
 */
export function mismatchSegment(entries: readonly Mismatch[]): Promise<Uint8Array> {
  return parquetBytes(MISMATCH_COLUMNS, entries.map(cellsOf));
}

function cellsOf(entry: Mismatch): LogCell[] {
  const cells = new Map<string, LogCell>([['record_version', RECORD_VERSION]]);
  const { production, shadow, ...own } = entry;
  for (const [name, cell] of Object.entries(own) as [string, LogCell][]) cells.set(name, cell);
  addSide(cells, 'production_', production);
  addSide(cells, 'shadow_', shadow);
  return MISMATCH_COLUMNS.map(({ name }) => cells.get(name) ?? null);
}

function addSide(cells: Map<string, LogCell>, prefix: string, side: LoggedSide): void {
  for (const name of SIDE_FIELD_NAMES) cells.set(`${prefix}${name}`, side[name]);
}

export type LogName = 'mismatch' | 'debug' | 'signal';

/** Where a segment of a log stands below the store: `logs/mismatch/ds=2026-11-20/hour=05/<id>.parquet`, hour of logging in UTC. */
export function segmentPath(log: LogName, logged_at: Date, id: string): string {
  // The id becomes a file name; ours are hexadecimal or slots.
  if (!/^\w[\w.-]*$/.test(id)) throw new TypeError(`${JSON.stringify(id)} cannot name a segment`);
  const [day, time] = logged_at.toISOString().split('T') as [string, string];
  return `logs/${log}/ds=${day}/hour=${time.slice(0, 2)}/${id}.parquet`;
}
