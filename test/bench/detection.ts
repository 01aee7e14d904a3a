/**
 * The detection as a whole, by the scheduled job itself, with catalog and logs: 2,000 matching pairs; thousands of idle
 * jobs (`--tables=`, 20,000 by default) with their time and resident memory; and a first pass over as many tables with 30
 * partitions each (`--partitions=`), of which no two stand opposite each other, so that nothing is compared.
 *
 * Each pass runs in a process of its own, so that its memory is its own.
 */
import { execFileSync } from 'node:child_process';
import { link, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import { sql, value } from '../../src/sql/sql.ts';
import { rowsOfPair } from './landed-pairs.ts';
import type { Measured } from './main.ts';
import { median } from './median.ts';

const numberOf = (name: string, otherwise: number): number =>
  Number(process.argv.find((given) => given.startsWith(`--${name}=`))?.split('=')[1] ?? otherwise);
const TABLES = numberOf('tables', 20_000);
const PARTITIONS = numberOf('partitions', 30);
const PAIRS = 2_000;
const JOBS = 20;
/** A file may have some 65,000 names. */
const LINKS_MAX = 50_000;

interface Pass {
  readonly seconds: number;
  readonly resident_mb: number;
  readonly landings: number;
  readonly compared: number;
}

export async function detectionOfPairs(): Promise<readonly Measured[]> {
  return inFolder(async (folder) => {
    const parts = await writeParts(folder, 50, 10_000);
    for (let job = 0; job < JOBS; job += 1) {
      for (let i = 0; i < PAIRS / JOBS; i += 1) {
        const day = new Date(Date.UTC(2026, 0, 1 + i)).toISOString().slice(0, 10);
        for (const side of ['production', 'shadow']) await land(folder, side, `job_${job}`, `ds=${day}`, parts.next());
      }
    }
    const { compared, seconds } = pass(folder, 0);
    if (compared !== PAIRS) throw new Error(`compared ${compared} of ${PAIRS}`);
    const perPair = (seconds * 1000) / PAIRS;
    return [
      {
        work: `${PAIRS} landed pairs of 10,000 rows, all matching, with catalog, logs and start of the process`,
        figure: `${perPair.toFixed(1)} ms a pair`,
        allowed: '15 ms',
        holds: perPair <= 15,
      },
    ];
  });
}

export async function detectionOfIdleJobs(): Promise<readonly Measured[]> {
  return inFolder(async (folder) => {
    const parts = await writeParts(folder, Math.ceil((2 * TABLES * PARTITIONS) / LINKS_MAX), 10);
    const first = Date.UTC(2026, 0, 1);
    for (let table = 0; table < TABLES; table += 1) {
      for (let i = 0; i < PARTITIONS; i += 1) {
        for (const [shift, side] of [
          [0, 'production'],
          [40, 'shadow'],
        ] as const) {
          const day = new Date(first + (i + shift) * 86_400_000).toISOString().slice(0, 10);
          await land(folder, side, `table_${table}`, `ds=${day}`, parts.next());
        }
      }
    }
    // Found, then looked at again ten days later as after a long stop, then every five minutes as in a service.
    const TEN_DAYS = 10 * 86_400_000;
    const [found, , ...idle] = [0, ...[0, 5, 10, 15].map((minutes) => TEN_DAYS + minutes * 60_000)].map((later) =>
      pass(folder, later),
    ) as [Pass, Pass, ...Pass[]];
    const landings = 2 * TABLES * PARTITIONS;
    if (found.landings !== landings) throw new Error(`found ${found.landings} of ${landings} landings`);
    const seconds = median(idle.map((pass) => pass.seconds));
    const resident = Math.max(...idle.map((pass) => pass.resident_mb));
    const tables = `2 × ${TABLES} tables × ${PARTITIONS} partitions`;
    return [
      {
        work: `first pass over ${tables}, every landing recorded`,
        figure: `${found.seconds.toFixed(1)} s, ${found.resident_mb} MB`,
        allowed: '60 s',
        holds: found.seconds <= 60,
      },
      {
        work: `idle pass over ${tables}`,
        figure: `${seconds.toFixed(1)} s, ${resident} MB`,
        allowed: '20 s, 300 MB',
        holds: seconds <= 20 && resident <= 300,
      },
    ];
  });
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'shadowcheck-bench-'));
  try {
    await writeFile(
      join(folder, 'shadowcheck.yaml'),
      `
version: 1
store: ./store
sources: { warehouse: { kind: folder, root: ./warehouse } }
defaults: { due: 20000d }
schedules: { catch_up: all }
limits: { workers: 2 }
discover: [{ source: warehouse, production: 'production/{job}', shadow: 'shadow/{job}', key: [id], partition: [ds] }]
`,
    );
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Files to be linked into partitions, in turn, so that the disk holds them. */
async function writeParts(folder: string, count: number, rows: number): Promise<{ next(): string }> {
  const engine = await openDuckdb({ files: [], spill: folder, threads: 1, memory_bytes: null });
  const paths: string[] = [];
  for (let i = 0; i < count; i += 1) {
    const path = join(folder, `part-${i}.parquet`);
    await engine.run(sql`COPY (${rowsOfPair(i, rows)}) TO ${value(path)} (FORMAT parquet)`);
    paths.push(path);
  }
  await engine.close();
  let taken = 0;
  // Two in a row are the same file, and stand opposite each other: the pair matches.
  return { next: () => paths[Math.floor(taken++ / 2) % paths.length] as string };
}

async function land(folder: string, side: string, table: string, partition: string, part: string): Promise<void> {
  const place = join(folder, 'warehouse', side, table, partition);
  await mkdir(place, { recursive: true });
  await link(part, join(place, 'part-0.parquet'));
}

/** One pass in a process of its own, by a clock that is so much ahead. */
function pass(folder: string, later_ms: number): Pass {
  const script = join(import.meta.dirname, 'detection-pass.ts');
  const printed = execFileSync(process.execPath, [script, join(folder, 'shadowcheck.yaml'), String(later_ms)], {
    encoding: 'utf8',
  });
  return JSON.parse(printed) as Pass;
}
