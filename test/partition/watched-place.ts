/** A table's folder of its own for a test, with looks at it that carry their stamp. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { LandedWhen } from '../../src/core/landing.ts';
import { printPartitionKey } from '../../src/core/partition-key.ts';
import { lookAtTable, type TableLook, type WatchedTable } from '../../src/partition/look-at-table.ts';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

export interface WatchedPlace {
  readonly root: string;
  readonly path: (...parts: readonly string[]) => string;
  readonly write: (path: string, content?: string) => string;
  readonly folder: (path: string) => string;
  readonly end: () => void;
}

export function openWatchedPlace(): WatchedPlace {
  const root = mkdtempSync(join(tmpdir(), 'watched-'));
  const path = (...parts: readonly string[]) => join(root, ...parts);
  const folder = (below: string) => {
    mkdirSync(path(below), { recursive: true });
    return path(below);
  };
  const write = (below: string, content = 'PAR1') => {
    folder(dirname(below));
    writeFileSync(path(below), content);
    return path(below);
  };
  return { root, path, write, folder, end: () => rmSync(root, { recursive: true, force: true }) };
}

export const AT_ONCE: LandedWhen = { marker: null, is_manifest: false, quiet_ms: null, is_told: false };
export const MARKED: LandedWhen = { ...AT_ONCE, marker: '_SUCCESS' };
export const LISTED: LandedWhen = { ...AT_ONCE, marker: '_manifest.json', is_manifest: true };

export function watched(folder: string, given: Partial<WatchedTable> = {}): WatchedTable {
  return { folder, columns: ['ds'], when: AT_ONCE, ...given };
}

/** What a look says, by printed keys, without paths and times. */
export interface Told {
  readonly landed: readonly string[];
  readonly waiting: readonly string[];
  readonly gone: readonly string[];
  readonly troubles: readonly string[];
}

export function told(look: TableLook): Told {
  return {
    landed: look.landed.map(({ key }) => printPartitionKey(key)),
    waiting: look.not_landed.map(({ key, reason }) => `${printPartitionKey(key)}: ${reason}`),
    gone: look.gone.map(printPartitionKey),
    troubles: look.troubles.map(({ code }) => code),
  };
}

export const NOTHING_TOLD: Told = { landed: [], waiting: [], gone: [], troubles: [] };

/** Looks one after the other, each from the stamp of the one before. */
export function watching(table: WatchedTable): (now_ms: number, other?: Partial<WatchedTable>) => TableLook {
  let stamp: string | null = null;
  return (now_ms, other = {}) => {
    const look = lookAtTable({ ...table, ...other }, stamp, now_ms);
    stamp = look.stamp;
    return look;
  };
}
