/**
 * Looks over many tables of 30 partitions, each with one file and a marker: the first look at them, an idle one, and one
 * in which a thirtieth of the partitions is new. Held against a floor taken in the same run: the bare listing and the
 * times of the same folders, without a word about what they mean. `--tables=20000` is the full size, for a long night.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lookAtTable, type WatchedTable } from '../../src/partition/look-at-table.ts';
import type { Measured } from './main.ts';
import { median } from './median.ts';

/** Tables a side. */
const TABLES = Number(process.argv.find((given) => given.startsWith('--tables='))?.split('=')[1] ?? '500');
const ALL_TABLES = 20_000;
const PARTITIONS = 30;
const ROUNDS = 3;
const DAY_MS = 86_400_000;
const ALLOWED_US = { first: 25, idle: 6 };

export async function discovery(): Promise<readonly Measured[]> {
  const root = mkdtempSync(join(tmpdir(), 'shadowcheck-discovery-'));
  try {
    const tables = buildTables(root);
    const places = tables.flatMap(({ folder }) => readdirSync(folder).map((name) => join(folder, name)));
    // A month later: what was just built has to look like partitions that nobody touches any more.
    const now_ms = Date.now() + 30 * DAY_MS;
    // A throw-away round: the first one pays for compiling.
    measureRound(tables.slice(0, 10), places.slice(0, 10 * PARTITIONS), now_ms);
    const rounds = Array.from({ length: ROUNDS }, () => measureRound(tables, places, now_ms));
    const added = measureAdded(tables, now_ms);
    const of = (name: keyof Round): number => median(rounds.map((round) => round[name]));
    const figures = { first: of('first'), idle: of('idle'), floor: of('floor'), times: of('times') };
    return [
      shown('first look', figures.first, ALLOWED_US.first, figures.first / figures.floor, 'readdir and stat'),
      shown('idle look', figures.idle, ALLOWED_US.idle, figures.idle / figures.times, 'stat'),
      shown('look with one new partition a table', added, ALLOWED_US.idle, added / figures.times, 'stat'),
    ];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

interface Round {
  readonly first: number;
  readonly idle: number;
  /** Listing every folder, and the times of folder and files. */
  readonly floor: number;
  /** The times of every folder. */
  readonly times: number;
}

/** Microseconds a partition. */
function measureRound(tables: readonly WatchedTable[], places: readonly string[], now_ms: number): Round {
  const stamps: string[] = [];
  const first = timed(places.length, () => {
    for (const table of tables) {
      const { landed, stamp } = lookAtTable(table, null, now_ms);
      if (landed.length !== PARTITIONS) throw new Error(`found ${landed.length} partitions`);
      stamps.push(stamp);
    }
  });
  const idle = timed(places.length, () => {
    for (const [i, table] of tables.entries()) {
      const { landed, stamp } = lookAtTable(table, stamps[i] ?? null, now_ms + 300_000);
      if (landed.length !== 0 || stamp !== stamps[i]) throw new Error('an idle look listed something');
    }
  });
  const floor = timed(places.length, () => {
    for (const place of places) {
      statSync(place);
      for (const name of readdirSync(place)) statSync(`${place}/${name}`, { bigint: true });
    }
  });
  const times = timed(places.length, () => {
    for (const place of places) statSync(place);
  });
  return { first, idle, floor, times };
}

function measureAdded(tables: readonly WatchedTable[], now_ms: number): number {
  const stamps = tables.map((table) => lookAtTable(table, null, now_ms).stamp);
  for (const { folder } of tables) writePartition(join(folder, 'ds=2026-12-01'));
  return timed(tables.length * (PARTITIONS + 1), () => {
    for (const [i, table] of tables.entries()) {
      const { landed } = lookAtTable(table, stamps[i] ?? null, now_ms + 300_000);
      if (landed.length !== 1) throw new Error(`${landed.length} partitions of a table were listed`);
    }
  });
}

function timed(partitions: number, work: () => void): number {
  const start = performance.now();
  work();
  return ((performance.now() - start) * 1000) / partitions;
}

function shown(work: string, us: number, allowed: number, ratio: number, floor: string): Measured {
  const seconds = (us * 2 * ALL_TABLES * PARTITIONS) / 1e6;
  const at = TABLES === ALL_TABLES ? 'takes' : 'would take';
  return {
    work: `${work} at 2 × ${TABLES} tables × ${PARTITIONS} partitions; 2 × ${ALL_TABLES} ${at} ${seconds.toFixed(1)} s`,
    figure: `${us.toFixed(1)} µs (${ratio.toFixed(1)} × ${floor})`,
    allowed: `${allowed} µs a partition`,
    holds: us <= allowed,
  };
}

function buildTables(root: string): WatchedTable[] {
  const tables: WatchedTable[] = [];
  for (const side of ['production', 'shadow']) {
    for (let table = 0; table < TABLES; table += 1) {
      const folder = join(root, side, `table_${table}`);
      for (let day = 1; day <= PARTITIONS; day += 1) {
        writePartition(join(folder, `ds=2026-11-${String(day).padStart(2, '0')}`));
      }
      const when = { marker: '_SUCCESS', is_manifest: false, quiet_ms: null, is_told: false };
      tables.push({ folder, columns: ['ds'], when });
    }
  }
  return tables;
}

function writePartition(folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'part-0.parquet'), 'PAR1');
  writeFileSync(join(folder, '_SUCCESS'), '');
}
