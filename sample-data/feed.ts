/**
 * Writes the landings of `feed-plan.ts` into a folder as the two systems would: data first, each file under a hidden name
 * until it is whole, then the marker, or a line in the landing log.
 *
 *     node sample-data/feed.ts <folder> [--wave n] [--pace ms]
 *
 * Below the folder come `warehouse/` and `landings.jsonl`; `--pace` waits after each partition.
 */
import { appendFile, copyFile, mkdir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import {
  ANNOUNCED_TABLES,
  CPU_SECONDS,
  INPUT_TABLES,
  isSilent,
  type PlannedLanding,
  placeOf,
  plannedLandings,
  WAVES,
  type Wave,
} from './feed-plan.ts';

const MARKER = '_SUCCESS';
/** Name of the source in `live.yaml` whose landings are announced. */
const ANNOUNCED = 'announced';

export interface FeedOptions {
  /** Milliseconds to wait after each partition. */
  readonly pace_ms?: number;
  /** Called once a partition has landed. */
  readonly onLanded?: (landing: PlannedLanding) => void;
}

/** Writes one wave below `folder`, in the story's order; returns what has landed. */
export async function feedWave(
  folder: string,
  wave: Wave,
  options: FeedOptions = {},
): Promise<readonly PlannedLanding[]> {
  const landings = plannedLandings(wave, await warehousePlaces());
  for (const landing of landings) {
    await land(folder, landing);
    options.onLanded?.(landing);
    if (options.pace_ms !== undefined && options.pace_ms > 0) await pause(options.pace_ms);
  }
  return landings;
}

/** Every partition of the sample's warehouse that somebody wrote, landed or not. */
export async function warehousePlaces(): Promise<readonly string[]> {
  const warehouse = join(import.meta.dirname, 'warehouse');
  const entries = await readdir(warehouse, { recursive: true, withFileTypes: true });
  const folders = entries.filter((entry) => entry.isFile()).map((entry) => relative(warehouse, entry.parentPath));
  return [...new Set(folders)].sort();
}

/** Writes one partition; it takes the place of the one that stands there. */
export async function land(folder: string, landing: PlannedLanding): Promise<void> {
  const from = join(import.meta.dirname, landing.from);
  const to = join(folder, 'warehouse', placeOf(landing));
  const isAnnounced = ANNOUNCED_TABLES.includes(landing.table);
  await mkdir(to, { recursive: true });
  // Who writes a partition again takes its marker away first, so that nobody reads half of it.
  await rm(join(to, MARKER), { force: true });
  const given = (await readdir(from)).sort();
  const files = given.filter((name) => name !== MARKER);
  const at = new Date(landing.landed_at);
  for (const name of files) {
    await put(join(to, name), at, (path) => copyFile(join(from, name), path));
  }
  for (const name of await readdir(to)) {
    if (!files.includes(name)) await rm(join(to, name));
  }
  if (isAnnounced) {
    await mkdir(folder, { recursive: true });
    await appendFile(join(folder, 'landings.jsonl'), `${JSON.stringify(await announcementOf(landing, to, files))}\n`);
  } else if (given.includes(MARKER) || landing.from.startsWith('later/')) {
    await put(join(to, MARKER), at, (path) => writeFile(path, markerOf(landing)));
  }
}

/** Under its name the file is whole; the time is the story's, since the marker of the legacy system tells it by that alone. */
async function put(path: string, at: Date, write: (path: string) => Promise<void>): Promise<void> {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const hidden = join(path.slice(0, -name.length), `.${name}.writing`);
  await write(hidden);
  await utimes(hidden, at, at);
  await rename(hidden, path);
}

/** The legacy system leaves an empty file; the next one says what it did. */
function markerOf(landing: PlannedLanding): string {
  const { build, run_kind, landed_at } = landing;
  if (isSilent(landing)) return '';
  return `${JSON.stringify({ landed_at, system: 'next', build, run_kind, cpu_seconds: CPU_SECONDS.shadow })}\n`;
}

async function announcementOf(
  { side, table, partition_key, build, run_kind, landed_at }: PlannedLanding,
  folder: string,
  files: readonly string[],
): Promise<object> {
  let size_bytes = 0;
  for (const name of files) size_bytes += (await stat(join(folder, name))).size;
  const inputs = INPUT_TABLES[table] ?? [];
  return {
    job: table,
    side,
    partition_key,
    landed_at,
    system: side === 'production' ? 'legacy' : 'next',
    build,
    run_kind,
    file_count: files.length,
    size_bytes,
    storage_bytes: size_bytes,
    cpu_seconds: CPU_SECONDS[side],
    ...(inputs.length > 0 && {
      inputs: inputs.map((input) => ({
        table_role: input.table_role,
        table: `${ANNOUNCED}/${side}/${input.table}`,
        partition_key,
      })),
    }),
  };
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { wave: { type: 'string' }, pace: { type: 'string', default: '0' } },
  });
  const waves = WAVES.filter((wave) => values.wave === undefined || String(wave) === values.wave);
  const [folder] = positionals;
  if (folder === undefined || positionals.length > 1 || waves.length === 0 || !/^\d+$/.test(values.pace)) {
    console.error('usage: node sample-data/feed.ts <folder> [--wave 1|2|3] [--pace ms]');
    process.exitCode = 2;
  } else {
    for (const wave of waves) {
      await feedWave(resolve(folder), wave, {
        pace_ms: Number(values.pace),
        onLanded: (landing) => console.log(`wave ${wave}: ${placeOf(landing)} by ${landing.build}`),
      });
    }
  }
}
